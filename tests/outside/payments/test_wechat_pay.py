"""WeChat Pay: what is sent, what is believed, and what each answer means."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from domain.enums import PaymentFlow
from outside.errors import Permanent, Transient
from outside.payments import OrderState, RefundState, State
from outside.payments.wechat_pay import WeChatPay
from outside.payments.wechat_pay.read import ORDERS, REFUNDS
from outside.payments.wechat_pay.wire import TRANSIENT
from tests.outside.payments.support import NOW, NUMBER, OPENID, REFUND_NUMBER, Network, order, plain, raised, refund_request
from tests.outside.payments.wechat_side import (
    APP,
    MERCHANT,
    NONCE,
    OUR_WORDS,
    PAID,
    REFUND_ID,
    REFUNDED,
    TRANSACTION,
    answer,
    config,
    provider,
    refusal,
    signed,
)

PAID_AT = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)


async def test_an_order_as_a_code() -> None:
    network = Network([answer(200, {"code_url": "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"})])
    found = await provider(network).create(order())
    assert (found.code_url, found.parameters) == ("weixin://wxpay/bizpayurl?pr=p4lpSuKzz", None)
    (asked,) = network.asked
    assert (asked.method, str(asked.url)) == ("POST", "https://api.wechat.test/v3/pay/transactions/native")
    assert json.loads(asked.content) == {
        "appid": APP,
        "mchid": MERCHANT,
        "description": "深圳市第二人民医院, Shenzhen No. 2 People's Hospital",
        "out_trade_no": NUMBER,
        "time_expire": "2026-11-24T10:45:00+08:00",
        "notify_url": "https://card.example/callbacks/wechat-pay",
        "amount": {"total": 12850, "currency": "CNY"},
    }


async def test_an_order_in_a_mini_programme_names_its_payer() -> None:
    network = Network([answer(200, {"prepay_id": "wx201410272009395522657a690389285100"})])
    found = await provider(network).create(order(PaymentFlow.MINI_PROGRAM))
    assert found.parameters is not None
    assert {name: value for name, value in found.parameters.items() if name != "paySign"} == {
        "appId": APP,
        "timeStamp": str(int(NOW.timestamp())),
        "nonceStr": NONCE,
        "package": "prepay_id=wx201410272009395522657a690389285100",
        "signType": "RSA",
    }
    (asked,) = network.asked
    assert asked.url.path == "/v3/pay/transactions/jsapi"
    assert json.loads(asked.content)["payer"] == {"openid": OPENID}


async def test_an_order_in_an_app() -> None:
    network = Network([answer(200, {"prepay_id": "wx2014"})])
    found = await provider(network).create(order(PaymentFlow.APP))
    assert found.parameters is not None
    assert set(found.parameters) == {"appid", "partnerid", "prepayid", "package", "noncestr", "timestamp", "sign"}
    assert (found.parameters["partnerid"], found.parameters["package"]) == (MERCHANT, "Sign=WXPay")
    assert network.asked[0].url.path == "/v3/pay/transactions/app"


@pytest.mark.parametrize(("address", "sent"), [("203.0.113.7", "203.0.113.7"), (None, "127.0.0.1")])
async def test_an_order_in_a_browser_names_its_address_and_comes_back(address: str | None, sent: str) -> None:
    network = Network([answer(200, {"h5_url": "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1"})])
    found = await provider(network).create(replace(order(PaymentFlow.BROWSER), payer_address=address))
    assert found.code_url == (
        "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1"
        "&redirect_url=https%3A%2F%2Fcard.example%2Fpaid%3Fa%3D1%26b%3D2"
    )
    scene = json.loads(network.asked[0].content)["scene_info"]
    assert scene == {"payer_client_ip": sent, "h5_info": {"type": "Wap"}}


async def test_a_long_description_is_cut_between_characters() -> None:
    network = Network([answer(200, {"code_url": "weixin://x"})])
    await provider(network).create(replace(order(), description="医" * 100 + "\n"))
    assert json.loads(network.asked[0].content)["description"] == "医" * 42


async def test_a_paid_order() -> None:
    network = Network([answer(200, PAID)])
    found = await provider(network).query(NUMBER, NOW)
    assert found == OrderState(NUMBER, State.SUCCEEDED, 12850, TRANSACTION, PAID_AT)
    assert str(network.asked[0].url) == (f"https://api.wechat.test/v3/pay/transactions/out-trade-no/{NUMBER}?mchid={MERCHANT}")


@pytest.mark.parametrize("told", sorted(ORDERS))
async def test_each_state_of_an_order(told: str) -> None:
    found = await provider(Network([answer(200, {**PAID, "trade_state": told})])).query(NUMBER, NOW)
    assert found is not None
    assert found.state is ORDERS[told]
    assert (found.amount is not None) == (found.state is State.SUCCEEDED)
    assert found.failure == ("PAYERROR" if told == "PAYERROR" else None)


async def test_an_order_that_there_is_not() -> None:
    assert await provider(Network([refusal(404, "ORDER_NOT_EXIST")])).query(NUMBER, NOW) is None


@pytest.mark.parametrize(
    "body",
    [
        {**PAID, "out_trade_no": REFUND_NUMBER},
        {**PAID, "trade_state": "MAYBE"},
        {**PAID, "amount": {"total": 128.5}},
        {**PAID, "amount": {"total": True}},
        {**PAID, "amount": {"total": -1}},
        {**PAID, "amount": None},
        {**PAID, "success_time": "yesterday"},
        {**PAID, "transaction_id": ""},
        {},
        [],
    ],
)
async def test_an_answer_that_is_not_as_documented(body: Any) -> None:
    text = await raised(Transient, provider(Network([answer(200, body)])).query(NUMBER, NOW))
    assert text == "The answer is not as it must be."


async def test_closing_an_open_order() -> None:
    network = Network([answer(204)])
    assert await provider(network).close(NUMBER, NOW) == OrderState(NUMBER, State.CLOSED)
    (asked,) = network.asked
    assert (asked.url.path, json.loads(asked.content)) == (
        f"/v3/pay/transactions/out-trade-no/{NUMBER}/close",
        {"mchid": MERCHANT},
    )


@pytest.mark.parametrize("code", ["ORDERPAID", "ORDER_CLOSED"])
async def test_closing_an_order_when_the_money_was_faster(code: str) -> None:
    network = Network([refusal(400, code), answer(200, PAID)])
    found = await provider(network).close(NUMBER, NOW)
    assert (found.state, found.amount, found.provider_reference) == (State.SUCCEEDED, 12850, TRANSACTION)


async def test_closing_an_order_that_there_is_not() -> None:
    network = Network([refusal(404, "ORDER_NOT_EXIST"), refusal(404, "ORDER_NOT_EXIST")])
    assert await provider(network).close(NUMBER, NOW) == OrderState(NUMBER, State.CLOSED)


async def test_a_refund() -> None:
    network = Network([answer(200, {**REFUNDED, "status": "PROCESSING"}), answer(200, REFUNDED)])
    asking = provider(network)
    pending = RefundState(REFUND_NUMBER, NUMBER, State.PENDING, 5000, REFUND_ID)
    assert await asking.refund(refund_request(TRANSACTION)) == pending
    at = datetime(2026, 11, 24, 3, 40, tzinfo=UTC)
    done = replace(pending, state=State.SUCCEEDED, refunded_at=at)
    assert await asking.query_refund(refund_request(TRANSACTION)) == done
    assert json.loads(network.asked[0].content) == {
        "transaction_id": TRANSACTION,
        "out_refund_no": REFUND_NUMBER,
        "reason": "退号, the appointment was cancelled",
        "notify_url": "https://card.example/callbacks/wechat-pay",
        "amount": {"refund": 5000, "total": 12850, "currency": "CNY"},
    }
    assert network.asked[1].url.path == f"/v3/refund/domestic/refunds/{REFUND_NUMBER}"


@pytest.mark.parametrize("told", sorted(REFUNDS))
async def test_each_state_of_a_refund(told: str) -> None:
    found = await provider(Network([answer(200, {**REFUNDED, "status": told})])).query_refund(refund_request())
    assert found is not None
    assert (found.state, found.failure) == (REFUNDS[told], told if REFUNDS[told] is State.FAILED else None)


async def test_a_refund_that_there_is_not() -> None:
    assert await provider(Network([refusal(404, "RESOURCE_NOT_EXISTS")])).query_refund(refund_request()) is None


@pytest.mark.parametrize("code", sorted(TRANSIENT))
async def test_what_may_go_better(code: str) -> None:
    text = await raised(Transient, provider(Network([refusal(403, code)])).refund(refund_request()))
    assert text == f"WeChat Pay says {code}."


@pytest.mark.parametrize(
    "code", ["PARAM_ERROR", "SIGN_ERROR", "NO_AUTH", "INVALID_REQUEST", "OUT_TRADE_NO_USED", "MCH_NOT_EXISTS", "ACCOUNT_ERROR"]
)
async def test_what_is_refused_for_good(code: str) -> None:
    text = await raised(Permanent, provider(Network([refusal(400, code)])).create(order()))
    assert text == f"WeChat Pay refuses: {code}."


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]"])
async def test_a_refusal_without_a_code(body: bytes) -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403, content=body, headers=signed(body))

    assert await raised(Permanent, provider(Network([answering])).create(order())) == "The answer was 403."


async def test_a_code_that_is_a_text_is_not_told() -> None:
    text = await raised(Permanent, provider(Network([refusal(400, f"{OUR_WORDS} {OPENID}")])).create(order()))
    assert text == "WeChat Pay refuses: unknown."


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_provider_in_trouble(status: int) -> None:
    text = await raised(Transient, provider(Network([plain(status)])).create(order()))
    assert text == f"The answer was {status}."


@pytest.mark.parametrize("error", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError])
async def test_no_answer(error: type[httpx.TransportError]) -> None:
    text = await raised(Transient, provider(Network([error(OPENID)])).create(order(PaymentFlow.MINI_PROGRAM)))
    assert text == f"No answer: {error.__name__}."


async def test_an_answer_that_somebody_else_signed_is_none() -> None:
    content = json.dumps(PAID).encode()

    async def asked(body: bytes, headers: dict[str, str]) -> str:
        answering = [lambda request: httpx.Response(200, content=body, headers=headers)]
        return await raised(Transient, WeChatPay(config(Network([*answering]))).query(NUMBER, NOW))

    right = signed(content)
    wrong = [
        (content, signed(content, key="somebody")),
        (content, signed(content, at=int(NOW.timestamp()) - 301)),
        (content, signed(content, at=int(NOW.timestamp()) + 301)),
        (content, {**right, "wechatpay-serial": "PUB_KEY_ID_OTHER"}),
        (content, {**right, "wechatpay-timestamp": "soon"}),
        (content, {**right, "wechatpay-signature": "WECHATPAY/SIGNTEST/" + right["wechatpay-signature"]}),
        (content, {}),
        (content.replace(b"12850", b"12851"), right),
    ]
    for body, headers in wrong:
        assert await asked(body, headers) == "The answer, 200, is not signed by WeChat Pay."
