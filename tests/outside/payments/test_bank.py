"""The bank interface: what is sent, what is believed, and what each answer means, as docs/reference/bank-interface.md says."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import PaymentFlow, StatementLineKind
from outside.errors import Permanent, Transient
from outside.payments import Notification, OrderState, RefundState, State, StatementLine, WrongSignature
from tests.outside.payments.bank_side import NONCE, ORDER, OUR_ID, REFUND, answer, provider, refusal, signed, told
from tests.outside.payments.support import NOW, NUMBER, OPENID, REFUND_NUMBER, Network, order, plain, public, raised, refund_request

PAGE = (Path(__file__).parents[3] / "docs/reference/bank-interface.md").read_text("utf-8")
DAY = date(2026, 11, 24)
PAID = OrderState(NUMBER, State.SUCCEEDED, 12850, "B2026112400017", datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC))
BACK = RefundState(REFUND_NUMBER, NUMBER, State.SUCCEEDED, 5000, "R2026112400003", datetime(2026, 11, 24, 3, 40, tzinfo=UTC))
OPEN = {**ORDER, "state": "PENDING", "paidAmount": None, "reference": None, "paidAt": None}


async def test_an_order_is_sent_as_documented() -> None:
    network = Network([answer(200, OPEN)])
    found = await provider(network).create(order())
    assert (found.code_url, found.parameters) == ("https://pay.bank.example/q/8f2c", None)
    (asked,) = network.asked
    assert (asked.method, str(asked.url)) == ("POST", "https://bank.test/pay/v1/orders")
    assert json.loads(asked.content) == {
        "number": NUMBER,
        "amount": 12850,
        "currency": "CNY",
        "description": "深圳市第二人民医院, Shenzhen No. 2 People's Hospital",
        "flow": "QR_CODE",
        "expiresAt": "2026-11-24T10:45:00+08:00",
        "notifyUrl": "https://card.example/callbacks/bank",
        "payer": None,
        "returnUrl": None,
    }
    text = f"POST\n/pay/v1/orders\n{int(NOW.timestamp())}\n{NONCE}\n".encode() + asked.content + b"\n"
    assert public("us").signed(text, asked.headers["ecard-signature"])
    assert (asked.headers["ecard-key-id"], asked.headers["ecard-timestamp"]) == (OUR_ID, str(int(NOW.timestamp())))


async def test_each_flow_gives_what_it_needs() -> None:
    network = Network([answer(200, OPEN), *(answer(200, {**OPEN, "parameters": {"token": "t"}}) for _ in range(2))])
    bank = provider(network)
    assert (await bank.create(order(PaymentFlow.BROWSER))).code_url == ORDER["codeUrl"]
    for flow in (PaymentFlow.APP, PaymentFlow.MINI_PROGRAM):
        assert (await bank.create(order(flow))).parameters == {"token": "t"}
    bodies = [json.loads(asked.content) for asked in network.asked]
    assert [body["payer"] for body in bodies] == [None, None, OPENID]
    assert [body["returnUrl"] for body in bodies] == ["https://card.example/paid?a=1&b=2", None, None]


@pytest.mark.parametrize("flow", list(PaymentFlow))
async def test_an_order_without_instructions_is_none(flow: PaymentFlow) -> None:
    network = Network([answer(200, {**OPEN, "codeUrl": "", "parameters": []})])
    assert "not as it must be" in await raised(Transient, provider(network).create(order(flow)))


async def test_a_paid_order() -> None:
    network = Network([answer(200, ORDER)])
    assert await provider(network).query(NUMBER, NOW) == PAID
    assert (network.asked[0].method, network.asked[0].url.path) == ("GET", f"/pay/v1/orders/{NUMBER}")


@pytest.mark.parametrize(("state", "failure"), [("PENDING", None), ("CLOSED", None), ("FAILED", "NO_FUNDS")])
async def test_each_state_of_an_unpaid_order(state: str, failure: str | None) -> None:
    found = await provider(Network([answer(200, {**OPEN, "state": state, "failure": failure})])).query(NUMBER, NOW)
    assert found == OrderState(NUMBER, State(state), failure=failure)


async def test_an_order_that_there_is_not() -> None:
    assert await provider(Network([refusal(404, "ORDER_NOT_FOUND")])).query(NUMBER, NOW) is None
    assert await provider(Network([refusal(404, "ORDER_NOT_FOUND")])).close(NUMBER, NOW) == OrderState(NUMBER, State.CLOSED)


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"[]",
        {**ORDER, "number": REFUND_NUMBER},
        {**ORDER, "state": "PAID"},
        {**ORDER, "paidAmount": 128.5},
        {**ORDER, "paidAmount": None},
        {**ORDER, "paidAt": "2026-11-24"},
        {**ORDER, "reference": None},
    ],
)
async def test_an_answer_that_is_not_as_documented(found: Any) -> None:
    assert "not as it must be" in await raised(Transient, provider(Network([answer(200, found)])).query(NUMBER, NOW))


@pytest.mark.parametrize(("found", "expected"), [({**OPEN, "state": "CLOSED"}, OrderState(NUMBER, State.CLOSED)), (ORDER, PAID)])
async def test_closing_tells_when_the_money_was_faster(found: dict[str, Any], expected: OrderState) -> None:
    network = Network([answer(200, found)])
    assert await provider(network).close(NUMBER, NOW) == expected
    assert (network.asked[0].method, network.asked[0].url.path) == ("POST", f"/pay/v1/orders/{NUMBER}/close")


async def test_a_refund() -> None:
    network = Network([answer(200, {**REFUND, "state": "PENDING", "refundedAt": None}), answer(200, REFUND)])
    bank = provider(network)
    assert await bank.refund(refund_request()) == replace(BACK, state=State.PENDING, refunded_at=None)
    assert await bank.query_refund(refund_request()) == BACK
    first, second = network.asked
    assert first.url.path == f"/pay/v1/orders/{NUMBER}/refunds"
    assert json.loads(first.content) == {
        "number": REFUND_NUMBER,
        "amount": 5000,
        "reason": "退号, the appointment was cancelled",
    }
    assert second.url.path == f"/pay/v1/orders/{NUMBER}/refunds/{REFUND_NUMBER}"


async def test_a_refund_that_failed_and_one_that_there_is_not() -> None:
    failed = answer(200, {**REFUND, "state": "FAILED", "failure": "ACCOUNT_CLOSED"})
    found = await provider(Network([failed])).query_refund(refund_request())
    assert found is not None
    assert (found.state, found.failure) == (State.FAILED, "ACCOUNT_CLOSED")
    assert await provider(Network([refusal(404, "REFUND_NOT_FOUND")])).query_refund(refund_request()) is None
    closed = answer(200, {**REFUND, "state": "CLOSED"})
    assert "not as" in await raised(Transient, provider(Network([closed])).query_refund(refund_request()))


DOCUMENTED = re.findall(r"^\| (4\d\d) \| (`[A-Z_`, ]+`) \|", PAGE, re.MULTILINE)
REFUSALS = [(int(status), error) for status, errors in DOCUMENTED for error in re.findall(r"[A-Z_]+", errors) if error != "BUSY"]


@pytest.mark.parametrize(("status", "error"), REFUSALS)
async def test_each_documented_error_is_for_good(status: int, error: str) -> None:
    assert await raised(Permanent, provider(Network([refusal(status, error)])).create(order())) == f"The bank refuses: {error}."


def test_the_documented_errors_were_found() -> None:
    assert len(REFUSALS) == 10


async def test_what_may_go_better() -> None:
    assert await raised(Transient, provider(Network([refusal(409, "BUSY")])).create(order())) == "The bank is busy with it."


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_bank_in_trouble(status: int) -> None:
    assert await raised(Transient, provider(Network([plain(status)])).create(order())) == f"The answer was {status}."


async def test_a_refusal_without_a_code() -> None:
    assert await raised(Permanent, provider(Network([answer(403, b"<html>")])).create(order())) == "The answer was 403."


@pytest.mark.parametrize("error", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError])
async def test_no_answer(error: type[httpx.TransportError]) -> None:
    assert await raised(Transient, provider(Network([error(NUMBER)])).query(NUMBER, NOW)) == f"No answer: {error.__name__}."


@pytest.mark.parametrize(
    "how",
    [
        {"key": "somebody"},
        {"nonce": NONCE[::-1]},
        {"at": NOW.timestamp() - 301},
        {"at": NOW.timestamp() + 301},
    ],
)
async def test_an_answer_that_is_not_the_banks_is_none(how: dict[str, Any]) -> None:
    text = await raised(Transient, provider(Network([answer(200, ORDER, **how)])).query(NUMBER, NOW))
    assert text == "The answer, 200, is not signed by the bank."


async def test_an_answer_is_bound_to_its_status_and_its_path() -> None:
    content = json.dumps({"error": "ORDER_NOT_FOUND"}).encode()
    path = f"/pay/v1/orders/{NUMBER}"
    for status, headers in (
        (404, signed("200", path, content)),
        (404, signed("404", f"{path}/close", content)),
        (404, {}),
    ):
        network = Network([plain(status, content, **headers)])
        assert "not signed" in await raised(Transient, provider(network).query(NUMBER, NOW))


async def test_a_statement() -> None:
    lines = re.findall(r'^\{"kind":.*$', PAGE, re.MULTILINE)
    content = (
        "\n".join([*lines, '{"kind":"PAYMENT","reference":"B1","amount":0,"state":"FAILED","at":"2026-11-24T00:00:00Z"}']) + "\n"
    )
    network = Network([answer(200, content.encode())])
    found = await provider(network).statement(DAY)
    at = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)
    assert found is not None
    assert found[0] == StatementLine(StatementLineKind.PAYMENT, "B2026112400017", "0191…", 12850, State.SUCCEEDED, at)
    assert (found[1].kind, found[1].amount) == (StatementLineKind.REFUND, 5000)
    assert (found[2].number, found[2].state) == (None, State.FAILED)
    assert network.asked[0].url.path == "/pay/v1/statements/2026-11-24"


async def test_thousands_of_lines_no_line_and_no_statement_yet() -> None:
    line = (
        '{{"kind":"PAYMENT","reference":"B{0}","number":"N{0}","amount":{0},"state":"SUCCEEDED","at":"2026-11-24T10:31:07+08:00"}}'
    )
    content = "\n".join(line.format(at) for at in range(5000)).encode()
    found = await provider(Network([answer(200, content)])).statement(DAY)
    assert found is not None
    assert [(line.number, line.amount) for line in found] == [(f"N{at}", at) for at in range(5000)]
    assert await provider(Network([answer(200, b"")])).statement(DAY) == []
    assert await provider(Network([refusal(404, "STATEMENT_NOT_READY")])).statement(DAY) is None


@pytest.mark.parametrize(
    "change", [{"kind": "FEE"}, {"amount": -1}, {"amount": "1"}, {"reference": ""}, {"number": 5}, {"at": "x"}]
)
async def test_a_statement_that_cannot_be_read_is_none(change: dict[str, Any]) -> None:
    good = {"kind": "PAYMENT", "reference": "B", "amount": 1, "state": "SUCCEEDED", "at": "2026-11-24T10:31:07+08:00"}
    text = await raised(Permanent, provider(Network([answer(200, json.dumps({**good, **change}).encode())])).statement(DAY))
    assert text == "It is not as it must be."


def test_what_the_bank_tells() -> None:
    assert provider().read_notification(*told({"id": "N1", "kind": "PAYMENT", "order": ORDER})) == Notification("N1", PAID)
    assert provider().read_notification(*told({"id": "N2", "kind": "REFUND", "refund": REFUND})) == Notification("N2", BACK)


HEADERS, BODY = told({"id": "N1", "kind": "PAYMENT", "order": ORDER})


@given(at=st.integers(0, len(BODY) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_refused(at: int, byte: int) -> None:
    changed = BODY[:at] + bytes([byte]) + BODY[at + 1 :]
    if changed != BODY:
        with pytest.raises(WrongSignature):
            provider().read_notification(HEADERS, changed)


@given(name=st.sampled_from(sorted(HEADERS)), at=st.integers(0, 400), byte=st.characters(min_codepoint=33, max_codepoint=126))
def test_any_changed_header_is_refused(name: str, at: int, byte: str) -> None:
    value = HEADERS[name]
    at %= len(value)
    changed = value[:at] + byte + value[at + 1 :]
    if changed != value:
        with pytest.raises(WrongSignature):
            provider().read_notification({**HEADERS, name: changed}, BODY)


@pytest.mark.parametrize("headers", [{}, signed("GET", "/callbacks/bank", BODY), signed("POST", "/callbacks/alipay", BODY)])
def test_a_notification_to_somewhere_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WrongSignature):
        provider().read_notification(headers, BODY)


@pytest.mark.parametrize(
    "found",
    [
        b"",
        [],
        {"kind": "PAYMENT", "order": ORDER},
        {"id": "x" * 65, "kind": "PAYMENT", "order": ORDER},
        {"id": "N1", "kind": "FEE"},
        {"id": "N1", "kind": "REFUND", "order": ORDER},
        {"id": "N1", "kind": "PAYMENT", "order": {**ORDER, "paidAmount": "12850"}},
    ],
)
def test_a_notification_that_is_signed_but_not_as_documented(found: Any) -> None:
    with pytest.raises(Permanent, match="It is not as it must be"):
        provider().read_notification(*told(found))


def test_what_is_answered() -> None:
    assert (provider().accepted().status, provider().accepted().body) == (204, b"")
    assert provider().refused().status == 500
