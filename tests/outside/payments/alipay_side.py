"""Alipay's side of the wire, with its own key; signatures are made by the kit `python-alipay-sdk`."""

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from alipay import AliPay

from outside.payments.alipay import Alipay, AlipayConfig
from tests.outside.payments.support import NOTIFY_HOST, NOW, NUMBER, REFUND_NUMBER, Answering, Network, pair, private, public

APP, TRADE = "2021000117604729", "2026112422001004570200176844"

PAID: dict[str, Any] = {
    "code": "10000",
    "msg": "Success",
    "buyer_logon_id": "159****5620",
    "out_trade_no": NUMBER,
    "total_amount": "128.50",
    "trade_no": TRADE,
    "trade_status": "TRADE_SUCCESS",
    "send_pay_date": "2026-11-24 10:31:07",
}
REFUNDED: dict[str, Any] = {
    "code": "10000",
    "msg": "Success",
    "out_trade_no": NUMBER,
    "trade_no": TRADE,
    "out_request_no": REFUND_NUMBER,
    "refund_amount": "50.00",
    "refund_status": "REFUND_SUCCESS",
    "gmt_refund_pay": "2026-11-24 11:40:00",
}
TOLD = {
    "notify_time": "2026-11-24 10:31:08",
    "notify_type": "trade_status_sync",
    "notify_id": "ac05099524730693a8b330c5ecf72da9786",
    "app_id": APP,
    "charset": "utf-8",
    "version": "1.0",
    "trade_no": TRADE,
    "out_trade_no": NUMBER,
    "trade_status": "TRADE_SUCCESS",
    "total_amount": "128.50",
    "subject": "深圳市第二人民医院 + 50% = 1&2",
    "gmt_payment": "2026-11-24 10:31:07",
}
REFUND_TOLD = {
    **TOLD,
    "notify_id": "ac05099524730693a8b330c5ecf72da9787",
    "out_biz_no": REFUND_NUMBER,
    "refund_fee": "80.00",
    "gmt_refund": "2026-11-24 11:40:00.123",
}


def config(network: Network) -> AlipayConfig:
    return AlipayConfig(
        url="https://alipay.test/gateway.do",
        app_id=APP,
        private_key=private("us"),
        provider_key=public("alipay"),
        notify_url=f"{NOTIFY_HOST}/callbacks/alipay",
        clock=lambda: NOW,
        transport=network.transport,
    )


def provider(network: Network | None = None) -> Alipay:
    return Alipay(config(network or Network()))


@cache
def kit(signer: str, judge: str) -> Any:
    """The kit that signs as one and knows the other's public key."""
    return AliPay(
        appid=APP, app_private_key_string=pair(signer).private, alipay_public_key_string=pair(judge).public, sign_type="RSA2"
    )


def answer(name: str, found: dict[str, Any], key: str = "alipay") -> Answering:
    """An answer as Alipay writes it: the signature is over the node's text, blanks and escapes included."""
    node = json.dumps(found, ensure_ascii=False).replace("/", "\\/")
    content = f'{{"{name}_response":{node}, "alipay_cert_sn":"x{{}}","sign":"{kit(key, "us")._sign(node)}"}}'
    return lambda request: httpx.Response(200, content=content.encode())


def refusal(name: str, sub_code: str, code: str = "40004") -> Answering:
    return answer(name, {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": f"交易 {NUMBER} 不存在"})


def told(fields: dict[str, str], key: str = "alipay") -> bytes:
    """A notification."""
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return urlencode({**fields, "sign": kit(key, "us")._sign(text), "sign_type": "RSA2"}).encode()


def fields_of(request: httpx.Request) -> dict[str, Any]:
    """What was asked, with biz_content read."""
    found: dict[str, Any] = dict(parse_qsl(request.content.decode(), strict_parsing=True))
    return {**found, "biz_content": json.loads(found["biz_content"])}
