"""UnionPay's side of the wire, with its own key and certificate; written anew here, as the document says it."""

import hashlib
import zipfile
import zlib
from base64 import b64decode, b64encode
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from outside.payments.unionpay import UnionPay, UnionPayConfig
from tests.outside.payments.support import NOTIFY_HOST, NOW, NUMBER, REFUND_NUMBER, Answering, Network, pair, private, public

MERCHANT, SERIAL = "777290058110048", "69629715588"
QUERY_ID, REFUND_QUERY_ID = "202611241031070000018", "202611241140000000028"

BASE = {"version": "5.1.0", "encoding": "UTF-8", "signMethod": "01", "accessType": "0", "merId": MERCHANT}
PAID = {
    **BASE,
    "txnType": "01",
    "txnSubType": "07",
    "bizType": "000000",
    "orderId": NUMBER,
    "queryId": QUERY_ID,
    "txnAmt": "12850",
    "currencyCode": "156",
    "txnTime": "20261124103000",
    "traceTime": "1124103107",
    "traceNo": "000001",
    "respCode": "00",
    "respMsg": "成功[0000000]",
}
REFUNDED = {
    **PAID,
    "txnType": "04",
    "orderId": REFUND_NUMBER,
    "queryId": REFUND_QUERY_ID,
    "txnAmt": "5000",
    "txnTime": "20261124113000",
    "traceTime": "1124114000",
    "reqReserved": NUMBER,
}


def config(network: Network) -> UnionPayConfig:
    return UnionPayConfig(
        url="https://unionpay.test",
        file_url="https://files.unionpay.test",
        merchant_id=MERCHANT,
        key_serial=SERIAL,
        private_key=private("us"),
        provider_key=public("unionpay"),
        notify_url=f"{NOTIFY_HOST}/callbacks/unionpay",
        clock=lambda: NOW,
        transport=network.transport,
    )


def provider(network: Network | None = None) -> UnionPay:
    return UnionPay(config(network or Network()))


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pair(name).private.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def text_to_sign(fields: dict[str, str]) -> bytes:
    joined = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] != "" and name != "signature")
    return hashlib.sha256(joined.encode("utf-8")).hexdigest().encode("ascii")


def signed(fields: dict[str, str], key: str = "unionpay") -> dict[str, str]:
    whole = {**fields, "signPubKeyCert": pair(key).public}
    signature = _key(key).sign(text_to_sign(whole), padding.PKCS1v15(), hashes.SHA256())
    return {**whole, "signature": b64encode(signature).decode()}


def judged(fields: dict[str, str]) -> bool:
    """Whether we signed this: raises otherwise."""
    _key("us").public_key().verify(b64decode(fields["signature"]), text_to_sign(fields), padding.PKCS1v15(), hashes.SHA256())
    return True


def answer(fields: dict[str, str], key: str = "unionpay") -> Answering:
    """An answer: written like a form, but nothing is escaped."""
    content = "&".join(f"{name}={value}" for name, value in signed(fields, key).items()).encode()
    return lambda request: httpx.Response(200, content=content)


def refusal(code: str) -> Answering:
    return answer({**BASE, "respCode": code, "respMsg": f"订单{NUMBER}有问题[{code}00000]"})


def told(fields: dict[str, str], key: str = "unionpay") -> bytes:
    return urlencode(signed(fields, key)).encode()


def fields_of(request: httpx.Request) -> dict[str, Any]:
    return dict(parse_qsl(request.content.decode(), strict_parsing=True))


WIDTHS = [3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8]
WIDTHS += [32, 13, 13, 12, 2, 1, 131]


def line(number: str, reference: str, fen: int, kind: str = "01", at: str = "1124103107", **more: str) -> bytes:
    """A line of the ZM file; fields are counted from one: `_7` is the amount."""
    values = {1: "S22", 5: at, 6: "621700******1234", 7: f"{fen:012}", 10: reference, 12: number, 16: "D000000000000"}
    values |= {17: f"C{fen:012}", 20: kind, 21: "07", 22: "000000", 28: MERCHANT, 31: "深圳市第二人民医院"}
    values |= {int(name.removeprefix("_")): value for name, value in more.items()}
    return b" ".join(values.get(at + 1, "").encode("gbk").ljust(width) for at, width in enumerate(WIDTHS))


def file_content(*lines: bytes, name: str = f"INN26112488ZM_{MERCHANT}") -> str:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(f"INN26112488ZME_{MERCHANT}", b"another file\r\n")
        files.writestr(name, b"".join(line + b"\r\n" for line in lines))
    return b64encode(zlib.compress(out.getvalue())).decode()
