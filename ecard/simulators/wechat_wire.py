"""What goes over WeChat Pay's wire: signatures, the encrypted resource of a notification, and how orders and refunds are told."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request

from ecard.simulators.books import Order, Refund, State
from ecard.simulators.desk import Desk
from ecard.simulators.writing import is_signed, shanghai, sign, target

SCHEME = "WECHATPAY2-SHA256-RSA2048"
MOST_SKEW = 300  # seconds
NAMES = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}
TRADE_TYPE = {"native": "NATIVE", "jsapi": "JSAPI", "app": "APP", "h5": "MWEB"}
REFUND_STATUS = {State.PENDING: "PROCESSING", State.SUCCEEDED: "SUCCESS", State.FAILED: "ABNORMAL"}


@dataclass(frozen=True, slots=True)
class WechatPayKeys:
    """merchant: ours, by its certificate's serial; platform: theirs. api_key: 32 bytes that encrypt notifications."""

    app_id: str
    merchant_id: str
    merchant_serial: str
    merchant: RSAPublicKey
    platform_serial: str
    platform: RSAPrivateKey
    api_key: bytes


class Problem(Exception):
    """An answer other than the one that was hoped for."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def to_json(content: Any) -> bytes:
    """As it is signed and sent."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_json(body: bytes) -> Mapping[str, Any]:
    """An object; empty for no body. Raises Problem."""
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Problem(400, "PARAM_ERROR", "请求体不是JSON对象")
    return content


def authenticate(keys: WechatPayKeys, request: Request, body: bytes, now: float) -> None:
    """Raises Problem for what our client did not sign just now."""
    authorization = request.headers.get("authorization", "")
    given = dict(re.findall(r'(\w+)="([^"]*)"', authorization))
    if not authorization.startswith(f"{SCHEME} ") or not given.keys() >= NAMES:
        raise Problem(401, "SIGN_ERROR", "Http头Authorization值格式错误")
    if (given["mchid"], given["serial_no"].upper()) != (keys.merchant_id, keys.merchant_serial.upper()):
        raise Problem(401, "SIGN_ERROR", "商户号或证书序列号错误")
    text = f"{request.method}\n{target(request)}\n{given['timestamp']}\n{given['nonce_str']}\n".encode() + body + b"\n"
    moment = int(given["timestamp"]) if given["timestamp"].isdecimal() else 0
    if abs(moment - now) > MOST_SKEW or not is_signed(keys.merchant, text, given["signature"]):
        raise Problem(401, "SIGN_ERROR", "错误的签名，验签失败")


def signature_headers(keys: WechatPayKeys, desk: Desk, body: bytes, *, valid: bool = True) -> dict[str, str]:
    """The platform's signature of an answer or a notification."""
    timestamp, nonce = str(int(desk.now().timestamp())), desk.token(16)
    text = f"{timestamp}\n{nonce}\n".encode() + body + (b"\n" if valid else b"?\n")
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": keys.platform_serial,
        "Wechatpay-Signature": sign(keys.platform, text),
        "Wechatpay-Signature-Type": SCHEME,
    }


def resource(keys: WechatPayKeys, desk: Desk, about: str, content: Any) -> dict[str, str]:
    """The encrypted part of a notification."""
    nonce = desk.token(6)
    hidden = AESGCM(keys.api_key).encrypt(nonce.encode(), to_json(content), about.encode())
    return {
        "original_type": about,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": b64encode(hidden).decode(),
        "associated_data": about,
        "nonce": nonce,
    }


def transaction(keys: WechatPayKeys, order: Order, refunded: bool) -> dict[str, Any]:
    """An order as a query tells it."""
    told = {"appid": keys.app_id, "mchid": keys.merchant_id, "out_trade_no": order.number, "attach": ""}
    if order.state is not State.PAID:
        state, words = ("CLOSED", "订单已关闭") if order.state is State.CLOSED else ("NOTPAY", "订单未支付")
        return {**told, "trade_state": state, "trade_state_desc": words, "amount": {"total": order.amount, "currency": "CNY"}}
    state, words = ("REFUND", "订单发生过退款") if refunded else ("SUCCESS", "支付成功")
    return {
        **told,
        "transaction_id": order.reference,
        "trade_type": TRADE_TYPE[order.flow],
        "trade_state": state,
        "trade_state_desc": words,
        "bank_type": "OTHERS",
        "success_time": shanghai(order.paid_at),
        "payer": {"openid": order.details["payer"]},
        "amount": {"total": order.amount, "payer_total": order.amount, "currency": "CNY", "payer_currency": "CNY"},
    }


def refund_told(order: Order, refund: Refund) -> dict[str, Any]:
    """A refund as the request for it, and a query, tell it."""
    ended = {"success_time": shanghai(refund.settled_at)} if refund.state is State.SUCCEEDED else {}
    return {
        "refund_id": refund.reference,
        "out_refund_no": refund.number,
        "transaction_id": order.reference,
        "out_trade_no": order.number,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": shanghai(refund.requested_at),
        "status": REFUND_STATUS[refund.state],
        "funds_account": "AVAILABLE",
        "amount": {
            "total": order.amount,
            "refund": refund.amount,
            "payer_total": order.amount,
            "payer_refund": refund.amount,
            "settlement_refund": refund.amount,
            "settlement_total": order.amount,
            "discount_refund": 0,
            "currency": "CNY",
        },
        **ended,
    }
