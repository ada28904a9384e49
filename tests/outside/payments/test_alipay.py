"""Alipay: what is sent, what is believed, and what each answer means."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from domain.enums import PaymentFlow
from outside.errors import Permanent, Transient
from outside.payments import OrderState, RefundState, State
from outside.payments.alipay.wire import TRANSIENT
from tests.outside.payments.alipay_side import APP, PAID, REFUNDED, TRADE, answer, fields_of, kit, provider, refusal
from tests.outside.payments.support import NOW, NUMBER, OPENID, REFUND_NUMBER, Network, order, plain, raised, refund_request

QUERY, CLOSE, CANCEL = "alipay_trade_query", "alipay_trade_close", "alipay_trade_cancel"
REFUND, REFUND_QUERY = "alipay_trade_refund", "alipay_trade_fastpay_refund_query"
PAID_AT = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)
GOOD = {"code": "10000", "msg": "Success"}


def judged(fields: dict[str, str]) -> bool:
    """Whether the kit, which knows our public key, takes this for signed by us."""
    signed = {name: value for name, value in fields.items() if name != "sign"}
    text = "&".join(f"{name}={value}" for name, value in sorted(signed.items()))
    return bool(kit("alipay", "us")._verify(text, fields["sign"]))


async def test_an_order_as_a_code() -> None:
    network = Network([answer("alipay_trade_precreate", {**GOOD, "out_trade_no": NUMBER, "qr_code": "https://qr.alipay.com/b"})])
    found = await provider(network).create(order())
    assert (found.code_url, found.parameters) == ("https://qr.alipay.com/b", None)
    (asked,) = network.asked
    assert (asked.method, str(asked.url)) == ("POST", "https://alipay.test/gateway.do?charset=utf-8")
    fields = fields_of(asked)
    assert judged(dict(parse_qsl(asked.content.decode())))
    assert {name: value for name, value in fields.items() if name != "sign"} == {
        "app_id": APP,
        "method": "alipay.trade.precreate",
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": "2026-11-24 10:30:00",
        "version": "1.0",
        "notify_url": "https://card.example/callbacks/alipay",
        "biz_content": {
            "out_trade_no": NUMBER,
            "total_amount": "128.50",
            "subject": "深圳市第二人民医院, Shenzhen No. 2 People's Hospital",
            "time_expire": "2026-11-24 10:45:00",
        },
    }


@pytest.mark.parametrize(("payer", "field"), [(OPENID, "buyer_open_id"), ("2088102169481075", "buyer_id")])
async def test_an_order_in_a_mini_programme(payer: str, field: str) -> None:
    network = Network([answer("alipay_trade_create", {**GOOD, "trade_no": TRADE})])
    found = await provider(network).create(replace(order(PaymentFlow.MINI_PROGRAM), payer_reference=payer))
    assert found.parameters == {"tradeNO": TRADE}
    content = fields_of(network.asked[0])["biz_content"]
    assert (content[field], content["product_code"], content["op_app_id"]) == (payer, "JSAPI_PAY", APP)


async def test_an_order_in_an_app_needs_no_request() -> None:
    found = await provider().create(order(PaymentFlow.APP))
    assert found.parameters is not None
    fields = dict(parse_qsl(found.parameters["orderString"], strict_parsing=True))
    assert judged(fields)
    assert fields["method"] == "alipay.trade.app.pay"
    assert '"product_code":"QUICK_MSECURITY_PAY"' in fields["biz_content"]


async def test_an_order_in_a_browser_is_a_link() -> None:
    found = await provider().create(order(PaymentFlow.BROWSER))
    assert found.code_url is not None
    parts = urlsplit(found.code_url)
    fields = dict(parse_qsl(parts.query, strict_parsing=True))
    assert (parts.netloc, parts.path) == ("alipay.test", "/gateway.do")
    assert judged(fields)
    assert (fields["method"], fields["return_url"]) == ("alipay.trade.wap.pay", "https://card.example/paid?a=1&b=2")
    assert '"quit_url":"https://card.example/paid?a=1&b=2"' in fields["biz_content"]


async def test_a_paid_order() -> None:
    network = Network([answer(QUERY, PAID)])
    assert await provider(network).query(NUMBER, NOW) == OrderState(NUMBER, State.SUCCEEDED, 12850, TRADE, PAID_AT)
    assert fields_of(network.asked[0])["biz_content"] == {"out_trade_no": NUMBER}


@pytest.mark.parametrize(
    ("told", "paid_at", "state"),
    [
        ("WAIT_BUYER_PAY", None, State.PENDING),
        ("TRADE_CLOSED", None, State.CLOSED),
        ("TRADE_CLOSED", "2026-11-24 10:31:07", State.SUCCEEDED),
        ("TRADE_FINISHED", "2026-11-24 10:31:07", State.SUCCEEDED),
    ],
)
async def test_each_state_of_an_order(told: str, paid_at: str | None, state: State) -> None:
    found = await provider(Network([answer(QUERY, {**PAID, "trade_status": told, "send_pay_date": paid_at})])).query(NUMBER, NOW)
    assert found is not None
    assert (found.state, found.amount) == (state, 12850 if state is State.SUCCEEDED else None)


async def test_an_order_that_nobody_scanned() -> None:
    assert await provider(Network([refusal(QUERY, "ACQ.TRADE_NOT_EXIST")])).query(NUMBER, NOW) is None


@pytest.mark.parametrize(
    "found",
    [
        {**PAID, "out_trade_no": REFUND_NUMBER},
        {**PAID, "trade_status": "TRADE_PERHAPS"},
        {**PAID, "total_amount": "128.505"},
        {**PAID, "total_amount": 128.5},
        {**PAID, "total_amount": "1e2"},
        {**PAID, "send_pay_date": "2026-11-24"},
        {**PAID, "trade_no": None},
        GOOD,
    ],
)
async def test_an_answer_that_is_not_as_documented(found: dict[str, Any]) -> None:
    assert "not as it must be" in await raised(Transient, provider(Network([answer(QUERY, found)])).query(NUMBER, NOW))


async def test_closing_a_scanned_order() -> None:
    network = Network([answer(CLOSE, {**GOOD, "out_trade_no": NUMBER})])
    assert await provider(network).close(NUMBER, NOW) == OrderState(NUMBER, State.CLOSED)


@pytest.mark.parametrize("code", ["ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.TRADE_STATUS_ERROR"])
async def test_closing_an_order_when_the_money_was_faster(code: str) -> None:
    network = Network([refusal(CLOSE, code), answer(QUERY, PAID)])
    found = await provider(network).close(NUMBER, NOW)
    assert (found.state, found.amount) == (State.SUCCEEDED, 12850)


@pytest.mark.parametrize("action", ["close", "refund"])
async def test_closing_an_order_that_nobody_scanned_cancels_its_code(action: str) -> None:
    network = Network([refusal(CLOSE, "ACQ.TRADE_NOT_EXIST"), answer(CANCEL, {**GOOD, "action": action, "retry_flag": "N"})])
    assert await provider(network).close(NUMBER, NOW) == OrderState(NUMBER, State.CLOSED)
    assert fields_of(network.asked[1])["method"] == "alipay.trade.cancel"


async def test_closing_an_order_that_there_is_not() -> None:
    network = Network([refusal(CLOSE, "ACQ.TRADE_NOT_EXIST"), refusal(CANCEL, "ACQ.TRADE_NOT_EXIST")])
    assert await provider(network).close(NUMBER, NOW) == OrderState(NUMBER, State.CLOSED)


async def test_cancelling_that_must_be_repeated() -> None:
    network = Network([refusal(CLOSE, "ACQ.TRADE_NOT_EXIST"), answer(CANCEL, {**GOOD, "retry_flag": "Y"})])
    assert await raised(Transient, provider(network).close(NUMBER, NOW)) == "Alipay asks to cancel again."


async def test_a_refund_is_asked_about_at_once() -> None:
    network = Network([answer(REFUND, {**GOOD, "fund_change": "Y", "refund_fee": "80.00"}), answer(REFUND_QUERY, REFUNDED)])
    at = datetime(2026, 11, 24, 3, 40, tzinfo=UTC)
    done = RefundState(REFUND_NUMBER, NUMBER, State.SUCCEEDED, 5000, f"{TRADE}:{REFUND_NUMBER}", at)
    assert await provider(network).refund(refund_request(TRADE)) == done
    assert fields_of(network.asked[0])["biz_content"] == {
        "trade_no": TRADE,
        "out_trade_no": NUMBER,
        "out_request_no": REFUND_NUMBER,
        "refund_amount": "50.00",
        "refund_reason": "退号, the appointment was cancelled",
    }
    assert fields_of(network.asked[1])["biz_content"]["out_request_no"] == REFUND_NUMBER


async def test_a_refund_that_is_under_way() -> None:
    network = Network([answer(REFUND, {**GOOD, "fund_change": "N"}), answer(REFUND_QUERY, GOOD)])
    assert await provider(network).refund(refund_request()) == RefundState(REFUND_NUMBER, NUMBER, State.PENDING)
    assert await provider(Network([refusal(REFUND_QUERY, "ACQ.TRADE_NOT_EXIST")])).query_refund(refund_request()) is None


@pytest.mark.parametrize("code", sorted(TRANSIENT | {"aop.ACQ.SYSTEM_ERROR", "isp.unknow-error", "isv.app-call-limited"}))
async def test_what_may_go_better(code: str) -> None:
    text = await raised(Transient, provider(Network([refusal(REFUND, code)])).refund(refund_request()))
    assert text == f"Alipay says 40004 {code}."


async def test_an_outcome_that_alipay_does_not_know() -> None:
    await raised(Transient, provider(Network([refusal(REFUND, "ACQ.WHATEVER", code="20000")])).refund(refund_request()))


@pytest.mark.parametrize(
    "code",
    ["ACQ.REASON_TRADE_REFUND_FEE_ERR", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "ACQ.TRADE_HAS_FINISHED", "isv.invalid-signature"],
)
async def test_what_is_refused_for_good(code: str) -> None:
    text = await raised(Permanent, provider(Network([refusal(REFUND, code)])).refund(refund_request()))
    assert text == f"Alipay refuses: {code}."


@pytest.mark.parametrize("status", [302, 429, 500, 503])
async def test_a_provider_in_trouble(status: int) -> None:
    assert await raised(Transient, provider(Network([plain(status)])).query(NUMBER, NOW)) == f"The answer was {status}."


@pytest.mark.parametrize("error", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError])
async def test_no_answer(error: type[httpx.TransportError]) -> None:
    assert await raised(Transient, provider(Network([error(NUMBER)])).query(NUMBER, NOW)) == f"No answer: {error.__name__}."


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b'{"sign":"x"}', b'{"alipay_trade_query_response":5,"sign":"x"}', b"<html>"]
)
async def test_an_answer_that_is_none(content: bytes) -> None:
    assert "not as it must be" in await raised(Transient, provider(Network([plain(200, content)])).query(NUMBER, NOW))


async def test_an_answer_that_somebody_else_signed_is_none() -> None:
    text = await raised(Transient, provider(Network([answer(QUERY, PAID, key="somebody")])).query(NUMBER, NOW))
    assert text == "The answer, 10000 unknown, is not signed by Alipay."
    unsigned = b'{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id","msg":"..."}}'
    text = await raised(Transient, provider(Network([plain(200, unsigned)])).query(NUMBER, NOW))
    assert text == "The answer, 40002 isv.invalid-app-id, is not signed by Alipay."


async def test_any_changed_byte_of_an_answer_is_refused() -> None:
    content = answer(QUERY, PAID)(httpx.Request("POST", "https://alipay.test")).content
    start = content.index(b'{"code"')
    end = content.index(b', "alipay_cert_sn"')
    for at in range(start, end, 7):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        await raised(Transient, provider(Network([plain(200, changed)])).query(NUMBER, NOW))
