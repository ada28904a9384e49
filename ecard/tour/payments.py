"""The bills are paid: through each provider, and from each place where one can pay."""

import secrets
from collections.abc import Sequence
from typing import Any

from ecard.tour import display
from ecard.tour.bills import SELF_PAID
from ecard.tour.clinic import FEE
from ecard.tour.consumer import Consumer, TourError, expect
from ecard.tour.parties import Parties

# Of each method: who provides it, and the app of theirs.
SIMULATORS = {"WECHAT_PAY": "wechat-pay", "ALIPAY": "alipay", "UNIONPAY": "unionpay", "BANK": "bank"}
APPS = {"WECHAT_PAY": "wechat", "ALIPAY": "alipay", "UNIONPAY": "unionpay", "BANK": "bank"}
Row = dict[str, Any]


def pay(parties: Parties, bills: Sequence[Row]) -> dict[str, Row]:
    """The payments, by method."""
    display.chapter("The bills are paid")
    by_wechat, by_alipay, by_unionpay, by_bank = bills
    for name, app in parties.apps.items():
        app.sign_in_with(parties.credentials(name))
    return {
        "WECHAT_PAY": _in_app(parties, "WECHAT_PAY", by_wechat, with_fee=True),
        "ALIPAY": _on_the_phone(parties, by_alipay),
        "UNIONPAY": _at_the_window(parties, by_unionpay),
        "BANK": _in_app(parties, "BANK", by_bank, with_fee=False),
    }


def _in_app(parties: Parties, method: str, bill: Row, *, with_fee: bool) -> Row:
    """The resident shows a PAY code to a payment app, which sees amounts and no medical content."""
    app = parties.apps[APPS[method]]
    opened = app.change("OpenBillsForCode", {"input": {"code": parties.present("PAY")["text"]}}, "with the resident's PAY code")
    expect("*" in opened["payer"]["nameMasked"], "the app knows the payer by a masked name")
    amounts = {one["id"]: one["selfPaid"]["amount"] for one in opened["bills"]}
    expect(amounts.get(bill["id"]) == SELF_PAID, "it sees what is to be paid")
    paid = [bill["id"], *(id for id, amount in amounts.items() if with_fee and amount == FEE)]
    return _finish(parties, app, method, _start(app, method, paid))


def _on_the_phone(parties: Parties, bill: Row) -> Row:
    started = _start(parties.resident, "ALIPAY", [bill["id"]])
    other = {"billIds": [bill["id"]], "method": "WECHAT_PAY", "idempotencyKey": secrets.token_hex(8)}
    parties.resident.refused("StartPayment", {"input": other}, "BILL_NOT_PAYABLE", "of a bill that is being paid")
    return _finish(parties, parties.resident, "ALIPAY", started)


def pay_on_the_phone(parties: Parties, bill: Row, payer: Consumer | None = None) -> Row:
    """The resident pays it through WeChat, or whoever cares for whom it is about: the payment."""
    phone = payer or parties.resident
    return _finish(parties, phone, "WECHAT_PAY", _start(phone, "WECHAT_PAY", [bill["id"]]))


def _at_the_window(parties: Parties, bill: Row) -> Row:
    code = parties.present("PAY")["text"]
    visit = parties.hospital.change("VerifyCode", parties.scan(code, "PAY"), "with a PAY code at the cashier")["visit"]
    expect(bill["id"] in {one["id"] for one in visit["bills"]}, "the cashier sees the open bills of the hospital")
    return _finish(parties, parties.hospital, "UNIONPAY", _start(parties.hospital, "UNIONPAY", [bill["id"]]))


def _start(consumer: Consumer, method: str, bill_ids: Sequence[str]) -> Row:
    wish = {"input": {"billIds": bill_ids, "method": method, "idempotencyKey": secrets.token_hex(8)}}
    started: Row = consumer.change("StartPayment", wish)["payment"]
    expect(started["status"] == "PENDING", "an intent is stored; the provider hears of it from a worker")
    again = consumer.change("StartPayment", wish, "again, since the answer may have been lost")["payment"]
    expect(again["id"] == started["id"], "the same key starts nothing new")
    return started


def _finish(parties: Parties, consumer: Consumer, method: str, started: Row) -> Row:
    """Waits for the code, pays as whoever scans it would, and waits until we know of it."""
    variables = {"id": started["id"]}

    def code(data: dict[str, Any]) -> str | None:
        return (data["node"]["instructions"] or {}).get("codeUrl")

    code_url = consumer.wait_for("Payment", variables, code, "a code to scan")
    _scan_and_pay(parties, method, code_url)
    paid: Row = consumer.wait_for(
        "Payment", variables, lambda data: data["node"]["status"] == "SUCCEEDED" and data["node"], "success"
    )
    expect(paid["paidAt"], "the provider's own notification says so")
    return paid


def _scan_and_pay(parties: Parties, method: str, code_url: str) -> None:
    url = parties.ready["simulators"][SIMULATORS[method]]
    display.request(next(parties.resident.steps), "Payer", f"POST {url}/pay, scanning the code", "", {"codeUrl": code_url})
    response = parties.resident.http.post(f"{url}/pay", json={"codeUrl": code_url})
    display.answer(response.json())
    if response.status_code != 200:
        raise TourError(f"{SIMULATORS[method]} was not paid: status {response.status_code}")
