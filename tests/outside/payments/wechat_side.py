"""WeChat Pay's side of the wire, with its own key; signatures are made by the kit `wechatpayv3`."""

import json
from base64 import b64encode
from functools import cache
from typing import Any

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from wechatpayv3.utils import load_private_key, rsa_sign

from outside.payments.wechat_pay import WeChatPay, WeChatPayConfig
from tests.outside.payments.support import NOTIFY_HOST, NOW, NUMBER, REFUND_NUMBER, Answering, Network, pair, private, public

MERCHANT, APP = "1900000109", "wxd678efh567hg6787"
SERIAL, THEIR_SERIAL = "3775B6A45ACD588826D15E583A95F5DD00000001", "PUB_KEY_ID_0119000001092026112400000001"
API_KEY = "0123456789abcdef0123456789ABCDEF"
NONCE = "593bec0c930bf1afeb40b4a08c8fb242"
TRANSACTION, REFUND_ID = "4200001234202611240000000001", "50000000382026112400000000001"

PAID: dict[str, Any] = {
    "appid": APP,
    "mchid": MERCHANT,
    "out_trade_no": NUMBER,
    "transaction_id": TRANSACTION,
    "trade_type": "NATIVE",
    "trade_state": "SUCCESS",
    "success_time": "2026-11-24T10:31:07+08:00",
    "amount": {"total": 12850, "payer_total": 12000, "currency": "CNY"},
}
REFUNDED: dict[str, Any] = {
    "refund_id": REFUND_ID,
    "out_refund_no": REFUND_NUMBER,
    "transaction_id": TRANSACTION,
    "out_trade_no": NUMBER,
    "status": "SUCCESS",
    "success_time": "2026-11-24T11:40:00+08:00",
    "amount": {"total": 12850, "refund": 5000, "payer_total": 12000, "payer_refund": 4669},
}


def config(network: Network) -> WeChatPayConfig:
    return WeChatPayConfig(
        url="https://api.wechat.test",
        app_id=APP,
        merchant_id=MERCHANT,
        key_serial=SERIAL,
        private_key=private("us"),
        api_key=API_KEY.encode(),
        provider_key_serial=THEIR_SERIAL,
        provider_key=public("wechat"),
        notify_url=f"{NOTIFY_HOST}/callbacks/wechat-pay",
        clock=lambda: NOW,
        new_nonce=lambda: NONCE,
        transport=network.transport,
    )


def provider(network: Network | None = None) -> WeChatPay:
    return WeChatPay(config(network or Network()))


@cache
def _kit_key(name: str) -> Any:
    return load_private_key(pair(name).private)


def signed(body: bytes, at: int | None = None, key: str = "wechat") -> dict[str, str]:
    """The headers with which WeChat Pay signs."""
    timestamp = str(int(NOW.timestamp()) if at is None else at)
    text = f"{timestamp}\n{NONCE}\n".encode() + body + b"\n"
    return {
        "wechatpay-timestamp": timestamp,
        "wechatpay-nonce": NONCE,
        "wechatpay-serial": THEIR_SERIAL,
        "wechatpay-signature": rsa_sign(_kit_key(key), text.decode()),
        "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
    }


def answer(status: int, body: Any = None) -> Answering:
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    return lambda request: httpx.Response(status, content=content, headers=signed(content))


def refusal(status: int, code: str) -> Answering:
    return answer(status, {"code": code, "message": f"{OUR_WORDS}: {NUMBER}"})


OUR_WORDS = "所有人可见的说明"


def notification(found: dict[str, Any], kind: str = "transaction", key: str = API_KEY, **more: Any) -> bytes:
    """A notification, sealed with our API v3 key."""
    nonce, extra = "fdasflkja484", kind
    sealed = AESGCM(key.encode()).encrypt(nonce.encode(), json.dumps(found).encode(), extra.encode())
    return json.dumps(
        {
            "id": "EV-2018022511223320873",
            "create_time": "2026-11-24T10:31:08+08:00",
            "resource_type": "encrypt-resource",
            "event_type": "TRANSACTION.SUCCESS",
            "summary": "支付成功",
            "resource": {
                "original_type": kind,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": b64encode(sealed).decode(),
                "associated_data": extra,
                "nonce": nonce,
            },
            **more,
        }
    ).encode()
