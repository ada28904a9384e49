"""UnionPay: what is sent, what is believed, and what each answer means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.enums import PaymentFlow
from outside.errors import Permanent, Transient
from outside.payments import OrderState, RefundState, State
from outside.payments.unionpay import UnionPay
from outside.payments.unionpay.wire import split_answer
from tests.outside.payments.support import NOW, NUMBER, REFUND_NUMBER, Network, order, plain, raised, refund_request
from tests.outside.payments.unionpay_side import (
    BASE,
    MERCHANT,
    PAID,
    QUERY_ID,
    REFUND_QUERY_ID,
    REFUNDED,
    SERIAL,
    answer,
    config,
    fields_of,
    judged,
    provider,
    refusal,
)

PAID_AT = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)
EXPIRES = NOW + timedelta(minutes=15)
DONE = {**BASE, "respCode": "00", "respMsg": "成功[0000000]"}


async def test_an_order_as_a_code() -> None:
    network = Network([answer({**DONE, "qrCode": "https://qr.95516.com/00010000/62211234567890123456789"})])
    found = await provider(network).create(order())
    assert (found.code_url, found.parameters) == ("https://qr.95516.com/00010000/62211234567890123456789", None)
    (asked,) = network.asked
    assert str(asked.url) == "https://unionpay.test/gateway/api/backTransReq.do"
    fields = fields_of(asked)
    assert judged(fields)
    del fields["signature"]
    assert fields == {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "signMethod": "01",
        "txnType": "01",
        "txnSubType": "07",
        "bizType": "000000",
        "channelType": "08",
        "accessType": "0",
        "merId": MERCHANT,
        "certId": SERIAL,
        "orderId": NUMBER,
        "txnTime": "20261124103000",
        "txnAmt": "12850",
        "currencyCode": "156",
        "backUrl": "https://card.example/callbacks/unionpay",
        "payTimeout": "20261124104500",
    }


@pytest.mark.parametrize("flow", [PaymentFlow.APP, PaymentFlow.MINI_PROGRAM])
async def test_an_order_for_unionpays_kit(flow: PaymentFlow) -> None:
    network = Network([answer({**DONE, "tn": "201511241515301089371"})])
    found = await provider(network).create(order(flow))
    assert (found.code_url, found.parameters) == (None, {"tn": "201511241515301089371"})
    fields = fields_of(network.asked[0])
    assert network.asked[0].url.path == "/gateway/api/appTransReq.do"
    assert (fields["txnSubType"], fields["bizType"]) == ("01", "000201")


async def test_an_order_in_a_browser_is_a_form_that_is_the_same_each_time() -> None:
    found = await provider().create(order(PaymentFlow.BROWSER))
    assert found == await provider().create(order(PaymentFlow.BROWSER))
    assert found.parameters is not None
    assert (found.parameters["action"], found.parameters["method"]) == (
        "https://unionpay.test/gateway/api/frontTransReq.do",
        "POST",
    )
    assert judged(found.parameters["fields"])
    assert found.parameters["fields"]["frontUrl"] == "https://card.example/paid?a=1&b=2"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("00", State.SUCCEEDED),
        ("A6", State.SUCCEEDED),
        ("03", State.PENDING),
        ("04", State.PENDING),
        ("05", State.PENDING),
        ("61", State.FAILED),
    ],
)
async def test_each_state_of_an_order(code: str, state: State) -> None:
    network = Network([answer({**PAID, "origRespCode": code})])
    paid = state is State.SUCCEEDED
    expected = OrderState(
        NUMBER,
        state,
        12850 if paid else None,
        QUERY_ID if paid else None,
        PAID_AT if paid else None,
        "61" if state is State.FAILED else None,
    )
    assert await provider(network).query(NUMBER, NOW) == expected
    fields = fields_of(network.asked[0])
    assert network.asked[0].url.path == "/gateway/api/queryTrans.do"
    assert (fields["orderId"], fields["txnTime"], fields["txnType"]) == (NUMBER, "20261124103000", "00")


async def test_an_order_that_nobody_tried_to_pay() -> None:
    assert await provider(Network([refusal("34")])).query(NUMBER, NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        {"orderId": REFUND_NUMBER},
        {"txnAmt": "128.50"},
        {"txnAmt": "-1"},
        {"traceTime": "1324103107"},
        {"traceTime": "11241031"},
        {"queryId": ""},
        {"origRespCode": ""},
        {"respCode": ""},
    ],
)
async def test_an_answer_that_is_not_as_documented(change: dict[str, str]) -> None:
    network = Network([answer({**PAID, "origRespCode": "00", **change})])
    assert "not as it must be" in await raised(Transient, provider(network).query(NUMBER, NOW))


async def test_a_payment_around_new_year_has_its_year() -> None:
    network = Network([answer({**PAID, "origRespCode": "00", "txnTime": "20261231235950", "traceTime": "0101000010"})])
    found = await provider(network).query(NUMBER, NOW)
    assert found is not None
    assert found.paid_at == datetime(2026, 12, 31, 16, 0, 10, tzinfo=UTC)


async def test_closing_waits_for_the_end_of_the_order() -> None:
    asking = provider(Network([refusal("34"), refusal("34"), answer({**PAID, "origRespCode": "05"})]))
    assert await asking.close(NUMBER, NOW, EXPIRES) == OrderState(NUMBER, State.PENDING)
    assert await asking.close(NUMBER, NOW) == OrderState(NUMBER, State.PENDING)
    # Something is under way, even after the end.
    assert await asking.close(NUMBER, NOW, NOW) == OrderState(NUMBER, State.PENDING)


async def test_closing_an_order_that_is_over() -> None:
    later = UnionPay(replace(config(Network([refusal("34")])), clock=lambda: EXPIRES))
    assert await later.close(NUMBER, NOW, EXPIRES) == OrderState(NUMBER, State.CLOSED)


async def test_closing_an_order_when_the_money_was_faster() -> None:
    found = await provider(Network([answer({**PAID, "origRespCode": "00"})])).close(NUMBER, NOW, NOW)
    assert (found.state, found.amount) == (State.SUCCEEDED, 12850)


async def test_a_refund() -> None:
    network = Network([answer({**REFUNDED}), answer({**REFUNDED, "origRespCode": "00"})])
    asking = provider(network)
    pending = RefundState(REFUND_NUMBER, NUMBER, State.PENDING, None, REFUND_QUERY_ID)
    assert await asking.refund(refund_request(QUERY_ID)) == pending
    at = datetime(2026, 11, 24, 3, 40, tzinfo=UTC)
    done = replace(pending, state=State.SUCCEEDED, amount=5000, refunded_at=at)
    assert await asking.query_refund(refund_request(QUERY_ID)) == done
    fields = fields_of(network.asked[0])
    assert judged(fields)
    names = ("txnType", "orderId", "origQryId", "txnAmt", "txnTime", "reqReserved")
    assert [fields[name] for name in names] == ["04", REFUND_NUMBER, QUERY_ID, "5000", "20261124113000", NUMBER]
    assert fields_of(network.asked[1])["txnTime"] == "20261124113000"


@pytest.mark.parametrize("code", ["03", "04", "05"])
async def test_a_refund_whose_outcome_is_not_known_yet(code: str) -> None:
    found = await provider(Network([refusal(code)])).refund(refund_request())
    assert found == RefundState(REFUND_NUMBER, NUMBER, State.PENDING)


async def test_a_repeated_refund_is_asked_about() -> None:
    network = Network([refusal("12"), answer({**REFUNDED, "origRespCode": "00"})])
    assert (await provider(network).refund(refund_request())).state is State.SUCCEEDED
    assert (await provider(Network([refusal("12"), refusal("34")])).refund(refund_request())).state is State.PENDING


async def test_a_refund_that_failed_and_one_that_there_is_not() -> None:
    found = await provider(Network([answer({**REFUNDED, "origRespCode": "77"})])).query_refund(refund_request())
    assert found is not None
    assert (found.state, found.failure) == (State.FAILED, "77")
    assert await provider(Network([refusal("34")])).query_refund(refund_request()) is None


@pytest.mark.parametrize("code", ["03", "04", "05", "06"])
async def test_what_may_go_better(code: str) -> None:
    assert await raised(Transient, provider(Network([refusal(code)])).create(order())) == f"UnionPay says {code}."
    assert await raised(Transient, provider(Network([refusal(code)])).query(NUMBER, NOW)) == f"UnionPay says {code}."


async def test_a_refund_that_is_too_busy() -> None:
    assert await raised(Transient, provider(Network([refusal("06")])).refund(refund_request())) == "UnionPay says 06."


@pytest.mark.parametrize("code", ["01", "02", "10", "11", "12", "13", "30", "33", "35", "36", "39", "61"])
async def test_what_is_refused_for_good(code: str) -> None:
    assert await raised(Permanent, provider(Network([refusal(code)])).create(order())) == f"UnionPay refuses: {code}."


@pytest.mark.parametrize("status", [302, 404, 429, 500, 503])
async def test_a_provider_in_trouble(status: int) -> None:
    assert await raised(Transient, provider(Network([plain(status)])).query(NUMBER, NOW)) == f"The answer was {status}."


@pytest.mark.parametrize("error", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError])
async def test_no_answer(error: type[httpx.TransportError]) -> None:
    assert await raised(Transient, provider(Network([error(NUMBER)])).query(NUMBER, NOW)) == f"No answer: {error.__name__}."


@pytest.mark.parametrize("content", [b"\xff=1", b"a", b"=1", b"a=1&a=2", b"a={1"])
async def test_an_answer_that_is_none(content: bytes) -> None:
    assert "not as it must be" in await raised(Transient, provider(Network([plain(200, content)])).query(NUMBER, NOW))


async def test_an_answer_that_somebody_else_signed_is_none() -> None:
    found = {**PAID, "origRespCode": "00"}
    content = answer(found)(httpx.Request("POST", "https://x.test")).content
    for answering in (
        answer(found, key="somebody"),
        answer({**found, "version": "5.0.0"}),
        answer({**found, "signMethod": "11"}),
        plain(200, content.replace(b"txnAmt=12850", b"txnAmt=12851")),
        plain(200, b"respCode=00"),
        plain(200, b""),
    ):
        text = await raised(Transient, provider(Network([answering])).query(NUMBER, NOW))
        assert text == "The answer is not signed by UnionPay."


def test_fields_in_braces_belong_together() -> None:
    text = "a=1&cardTransData={ICCardData=x&ICCardSeqNumber=y}&b=c=d&e=&f=+%2B"
    assert split_answer(text) == {
        "a": "1",
        "cardTransData": "{ICCardData=x&ICCardSeqNumber=y}",
        "b": "c=d",
        "e": "",
        "f": "+%2B",
    }
