"""Money goes back, and at the end of the day both sides agree."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ecard.tour import display
from ecard.tour.bills import SELF_PAID
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties
from ecard.tour.payments import APPS, SIMULATORS, Row

PART = "5.00"
REFUNDED = ("ALIPAY", "BANK")


def give_back(parties: Parties, bills: Sequence[Row], payments: Mapping[str, Row]) -> None:
    """A part of a bill by the hospital, and all of a payment by the app that carried it."""
    display.chapter("Money goes back")
    bill = bills[1]
    wish = {"billId": bill["id"], "amount": PART, "reason": "部分项目未做", "idempotencyKey": secrets.token_hex(8)}
    refund = parties.hospital.change("RefundBill", {"input": wish}, "of a part")["refund"]
    again = parties.hospital.change("RefundBill", {"input": wish}, "again, since the answer may have been lost")["refund"]
    expect(again["id"] == refund["id"], "the same key is the same refund")
    other = {"input": {**wish, "amount": "6.00"}}
    parties.hospital.refused("RefundBill", other, "IDEMPOTENCY_KEY_REUSED", "of another amount with the same key")
    too_much = {"input": {**wish, "amount": SELF_PAID, "idempotencyKey": secrets.token_hex(8)}}
    parties.hospital.refused("RefundBill", too_much, "REFUND_EXCEEDS_PAYMENT", "of more than is left")
    variables = {"id": payments["ALIPAY"]["id"]}
    parties.resident.wait_for("Payment", variables, lambda data: data["node"]["refunded"]["amount"] == PART, "the money back")
    whole = {"paymentId": payments["BANK"]["id"], "amount": SELF_PAID, "reason": "重复支付", "idempotencyKey": secrets.token_hex(8)}
    bank = parties.apps["bank"]
    bank.change("RefundPayment", {"input": whole}, "of all")
    variables = {"id": payments["BANK"]["id"]}
    bank.wait_for("Payment", variables, lambda data: data["node"]["refunded"]["amount"] == SELF_PAID, "the money back")
    listed = parties.hospital.send("Bills", {"statuses": ["PARTLY_REFUNDED", "REFUNDED"], "first": 10})["institution"]["bills"][
        "nodes"
    ]
    expect({one["status"] for one in listed} == {"PARTLY_REFUNDED", "REFUNDED"}, "the hospital's own list says the same")


def settle(parties: Parties, payments: Mapping[str, Row]) -> None:
    """The app sends the provider's statement of the day; the platform compares."""
    display.chapter("The day is settled")
    for method, name in APPS.items():
        app, day = parties.apps[name], payments[method]["paidAt"][:10]
        mine = app.send("Payments", {"filter": {"method": method}, "first": 20})["payments"]["edges"]
        expect(payments[method]["id"] in {edge["node"]["id"] for edge in mine}, "the app finds the payment that went through it")
        statement = {"method": method, "date": day, "lines": _statement(parties, method, date.fromisoformat(day))}
        app.change("ImportStatement", {"input": statement})
        wanted = {"method": method, "date": day, "institutionId": parties.hospital_id}
        settled = app.send("Settlement", wanted)["settlement"]
        expect(settled["status"] == "MATCHED" and settled["discrepancies"]["totalCount"] == 0, "both sides agree")
        expect(settled["ours"] == settled["theirs"] and settled["ours"]["count"] == 1, "payment by payment")
        expect(settled["ours"]["refundCount"] == (method in REFUNDED), "and refund by refund")


def _statement(parties: Parties, method: str, day: date) -> list[dict[str, Any]]:
    """The lines of the provider's statement, as its books have them."""
    url = f"{parties.ready['simulators'][SIMULATORS[method]]}/books?day={day.isoformat()}"
    display.request(next(parties.resident.steps), "Payment app", f"GET {url}", "", {})
    books = parties.resident.http.get(url).json()
    display.answer(books)
    kinds = (("PAYMENT", books["payments"]), ("REFUND", [one for one in books["refunds"] if one["state"] == "SUCCEEDED"]))
    return [
        {
            "kind": kind,
            "providerReference": one["reference"],
            "amount": f"{one['amount'] // 100}.{one['amount'] % 100:02}",
            "status": "SUCCEEDED",
            "at": one["at"],
        }
        for kind, rows in kinds
        for one in rows
    ]
