"""Our side of each wire, as small as it can be and for these tests alone: it signs what it asks, and believes what is signed."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from tests.support.simulators import Simulators

CALLBACKS = "http://platform.test/callbacks"


def number(index: int) -> str:
    """Of an order or a refund."""
    return f"{index:032x}"


def sign(key: RSAPrivateKey, text: str | bytes) -> str:
    return b64encode(key.sign(text.encode() if isinstance(text, str) else text, PKCS1v15(), SHA256())).decode()


def verify(key: RSAPublicKey, text: str | bytes, signature: str) -> None:
    """Raises InvalidSignature."""
    key.verify(b64decode(signature), text.encode() if isinstance(text, str) else text, PKCS1v15(), SHA256())


@dataclass
class Merchant:
    """Common to all. `now`: the simulators' time. Each has create (what is scanned), state, close, refund, refund_state, read."""

    simulators: Simulators
    now: datetime
    name = ""

    def __post_init__(self) -> None:
        settings = self.simulators.environment()
        prefix = f"ECARD_{self.name.replace('-', '_').upper()}_"
        self.own = {key.removeprefix(prefix): value for key, value in settings.items() if key.startswith(prefix)}
        key = load_pem_private_key(self.own["PRIVATE_KEY"].encode(), None)
        pem = self.own["PROVIDER_KEY"].encode()
        theirs = load_pem_x509_certificate(pem).public_key() if b"CERTIFICATE" in pem else load_pem_public_key(pem)
        assert isinstance(key, RSAPrivateKey)
        assert isinstance(theirs, RSAPublicKey)
        self.key, self.theirs, self.began = key, theirs, self.now

    @property
    def expires_at(self) -> datetime:
        return self.now + timedelta(minutes=15)

    @property
    def seconds(self) -> str:
        return str(int(self.now.timestamp()))


class WechatPay(Merchant):
    name = "wechat-pay"

    async def ask(self, method: str, path: str, content: Any = None, **change: str) -> httpx.Response:
        body = b"" if content is None else json.dumps(content).encode()
        target = f"/wechat-pay{path}"
        text = f"{method}\n{target}\n{self.seconds}\nN0NCE\n".encode() + body + b"\n"
        given = {"mchid": self.own["MERCHANT_ID"], "nonce_str": "N0NCE", "timestamp": self.seconds}
        given |= {"serial_no": self.own["KEY_SERIAL"], "signature": sign(self.key, text), **change}
        authorization = "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in given.items())
        answer = await self.simulators.http.request(method, target, content=body, headers={"Authorization": authorization})
        if "billdownload" not in path:
            self.believe(answer.headers, answer.content)
        return answer

    def believe(self, headers: Mapping[str, str], body: bytes) -> None:
        assert headers["wechatpay-serial"] == self.own["PROVIDER_KEY_SERIAL"]
        text = f"{headers['wechatpay-timestamp']}\n{headers['wechatpay-nonce']}\n".encode() + body + b"\n"
        verify(self.theirs, text, headers["wechatpay-signature"])

    def order(self, index: int, amount: int) -> dict[str, Any]:
        return {
            "appid": self.own["APP_ID"],
            "mchid": self.own["MERCHANT_ID"],
            "description": "深圳市人民医院",
            "out_trade_no": number(index),
            "time_expire": self.expires_at.isoformat(timespec="seconds"),
            "notify_url": f"{CALLBACKS}/wechat-pay",
            "amount": {"total": amount, "currency": "CNY"},
        }

    async def create(self, index: int, amount: int) -> str:
        answer = await self.ask("POST", "/v3/pay/transactions/native", self.order(index, amount))
        code: str = answer.json().get("code_url") or answer.json()["code"]
        return code

    async def state(self, index: int) -> str:
        query = f"?mchid={self.own['MERCHANT_ID']}"
        told = (await self.ask("GET", f"/v3/pay/transactions/out-trade-no/{number(index)}{query}")).json()
        state: str = told.get("trade_state") or told["code"]
        return state

    async def close(self, index: int) -> str:
        order = f"/v3/pay/transactions/out-trade-no/{number(index)}/close"
        answer = await self.ask("POST", order, {"mchid": self.own["MERCHANT_ID"]})
        return "done" if answer.status_code == 204 else answer.json()["code"]

    async def refund(self, index: int, of: int, amount: int, total: int) -> str:
        asked = {"out_trade_no": number(of), "out_refund_no": number(index), "notify_url": f"{CALLBACKS}/wechat-pay"}
        amounts = {"refund": amount, "total": total, "currency": "CNY"}
        told = (await self.ask("POST", "/v3/refund/domestic/refunds", {**asked, "amount": amounts})).json()
        return str(told.get("status") or told["code"])

    async def refund_state(self, index: int, of: int) -> str:
        told = (await self.ask("GET", f"/v3/refund/domestic/refunds/{number(index)}")).json()
        return str(told.get("status") or told["code"])

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[str, Any]:
        """The id of a notification, and what it tells."""
        self.believe(headers, body)
        told = json.loads(body)
        hidden = told["resource"]
        key, about = self.own["API_KEY"].encode(), hidden["associated_data"].encode()
        plain = AESGCM(key).decrypt(hidden["nonce"].encode(), b64decode(hidden["ciphertext"]), about)
        return told["id"], {"event": told["event_type"], **json.loads(plain)}


class Alipay(Merchant):
    name = "alipay"

    def fields(self, method: str, content: Any, **more: str) -> dict[str, str]:
        fields = {"app_id": self.own["APP_ID"], "method": method, "format": "JSON", "charset": "utf-8", "sign_type": "RSA2"}
        fields |= {"timestamp": f"{self.now:%Y-%m-%d %H:%M:%S}", "version": "1.0", "biz_content": json.dumps(content), **more}
        return fields | {"sign": sign(self.key, "&".join(f"{name}={value}" for name, value in sorted(fields.items())))}

    async def ask(self, method: str, content: Any, **more: str) -> Any:
        answer = await self.simulators.http.post("/alipay/gateway.do?charset=utf-8", data=self.fields(method, content, **more))
        start = answer.text.index(":") + 1
        inner = answer.text[start : answer.text.rindex(',"sign":"')]
        told = answer.json()
        verify(self.theirs, inner, told["sign"])
        return told[f"{method.replace('.', '_')}_response"]

    def content(self, index: int, amount: int) -> dict[str, str]:
        local = self.expires_at + timedelta(hours=8)
        money = f"{amount / 100:.2f}"
        expires = f"{local:%Y-%m-%d %H:%M:%S}"
        return {"out_trade_no": number(index), "total_amount": money, "subject": "深圳市人民医院", "time_expire": expires}

    async def create(self, index: int, amount: int) -> str:
        told = await self.ask("alipay.trade.precreate", self.content(index, amount), notify_url=f"{CALLBACKS}/alipay")
        return str(told.get("qr_code") or told["sub_code"])

    async def state(self, index: int) -> str:
        told = await self.ask("alipay.trade.query", {"out_trade_no": number(index)})
        return str(told.get("trade_status") or told["sub_code"])

    async def close(self, index: int) -> str:
        told = await self.ask("alipay.trade.cancel", {"out_trade_no": number(index)})
        return "done" if told["code"] == "10000" else told["sub_code"]

    async def refund(self, index: int, of: int, amount: int, total: int) -> str:
        asked = {"out_trade_no": number(of), "refund_amount": f"{amount / 100:.2f}", "out_request_no": number(index)}
        told = await self.ask("alipay.trade.refund", asked)
        return str(told.get("fund_change") or told["sub_code"])

    async def refund_state(self, index: int, of: int) -> str:
        asked = {"out_trade_no": number(of), "out_request_no": number(index)}
        state: str = (await self.ask("alipay.trade.fastpay.refund.query", asked)).get("refund_status", "none")
        return state

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[str, Any]:
        fields = dict(parse_qsl(body.decode()))
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name not in ("sign", "sign_type"))
        verify(self.theirs, text, fields["sign"])
        return fields["notify_id"], fields


class UnionPay(Merchant):
    name = "unionpay"

    def signed(self, fields: dict[str, str]) -> dict[str, str]:
        fixed = {"version": "5.1.0", "encoding": "UTF-8", "signMethod": "01", "accessType": "0", "channelType": "08"}
        full = {**fixed, "merId": self.own["MERCHANT_ID"], "certId": self.own["KEY_SERIAL"], **fields}
        return full | {"signature": sign(self.key, self.digest(full))}

    def digest(self, fields: Mapping[str, str]) -> str:
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "signature")
        return hashlib.sha256(text.encode()).hexdigest()

    async def ask(self, path: str, fields: dict[str, str]) -> dict[str, str]:
        answer = await self.simulators.http.post(f"/unionpay{path}", data=self.signed(fields))
        # Not decoded: a value may hold = and +, and none holds &.
        told = dict(pair.split("=", 1) for pair in answer.text.split("&"))
        verify(self.theirs, self.digest(told), told["signature"])
        return told

    def order(self, index: int, amount: int) -> dict[str, str]:
        about = {"orderId": number(index), "txnTime": self.txn_time, "txnAmt": str(amount), "currencyCode": "156"}
        expires = f"{self.expires_at + timedelta(hours=8):%Y%m%d%H%M%S}"
        return {**about, "bizType": "000000", "backUrl": f"{CALLBACKS}/unionpay", "payTimeout": expires}

    @property
    def txn_time(self) -> str:
        """Of all that we ask for: a query names it too."""
        return f"{self.began + timedelta(hours=8):%Y%m%d%H%M%S}"

    async def create(self, index: int, amount: int) -> str:
        asked = {"txnType": "01", "txnSubType": "07", **self.order(index, amount)}
        told = await self.ask("/gateway/api/backTransReq.do", asked)
        return told.get("qrCode") or told["respCode"]

    async def query(self, index: int) -> dict[str, str]:
        asked = {"txnType": "00", "txnSubType": "00", "bizType": "000000", "orderId": number(index), "txnTime": self.txn_time}
        return await self.ask("/gateway/api/queryTrans.do", asked)

    async def state(self, index: int) -> str:
        told = await self.query(index)
        return told.get("origRespCode") or told["respCode"]

    async def refund(self, index: int, of: int, amount: int, total: int) -> str:
        paid = await self.query(of)
        about = {"orderId": number(index), "txnTime": self.txn_time, "txnAmt": str(amount), "origQryId": paid.get("queryId", "0")}
        asked = {"txnType": "04", "txnSubType": "00", "bizType": "000000", "backUrl": f"{CALLBACKS}/unionpay"}
        told = await self.ask("/gateway/api/backTransReq.do", {**asked, **about, "reqReserved": number(of)})
        return told["respCode"]

    async def refund_state(self, index: int, of: int) -> str:
        return await self.state(index)

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[str, Any]:
        fields = dict(parse_qsl(body.decode()))
        verify(self.theirs, self.digest(fields), fields["signature"])
        return f"{fields['queryId']}", fields


class Bank(Merchant):
    name = "bank"

    async def ask(self, method: str, path: str, content: Any = None) -> httpx.Response:
        body = b"" if content is None else json.dumps(content).encode()
        nonce, target = hashlib.sha256(path.encode()).hexdigest()[:32], f"/bank{path}"
        text = f"{method}\n{target}\n{self.seconds}\n{nonce}\n".encode() + body + b"\n"
        headers = {"Ecard-Key-Id": self.own["KEY_ID"], "Ecard-Timestamp": self.seconds, "Ecard-Nonce": nonce}
        headers["Ecard-Signature"] = sign(self.key, text)
        answer = await self.simulators.http.request(method, target, content=body, headers=headers)
        assert answer.headers["ecard-nonce"] == nonce
        self.believe(str(answer.status_code), target, answer.headers, answer.content)
        return answer

    def believe(self, line: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        assert headers["ecard-key-id"] == self.own["PROVIDER_KEY_ID"]
        text = f"{line}\n{path}\n{headers['ecard-timestamp']}\n{headers['ecard-nonce']}\n".encode() + body + b"\n"
        verify(self.theirs, text, headers["ecard-signature"])

    def order(self, index: int, amount: int) -> dict[str, Any]:
        expires, url = self.expires_at.isoformat(timespec="seconds"), f"{CALLBACKS}/bank"
        what = {"number": number(index), "amount": amount, "currency": "CNY", "description": "深圳市人民医院"}
        return {**what, "flow": "QR_CODE", "expiresAt": expires, "notifyUrl": url}

    async def create(self, index: int, amount: int) -> str:
        told = (await self.ask("POST", "/orders", self.order(index, amount))).json()
        return str(told.get("codeUrl") or told["error"])

    async def _state(self, method: str, path: str, content: Any = None) -> str:
        told = (await self.ask(method, path, content)).json()
        return str(told.get("state") or told["error"])

    async def state(self, index: int) -> str:
        return await self._state("GET", f"/orders/{number(index)}")

    async def close(self, index: int) -> str:
        return await self._state("POST", f"/orders/{number(index)}/close", {})

    async def refund(self, index: int, of: int, amount: int, total: int) -> str:
        asked = {"number": number(index), "amount": amount, "reason": ""}
        return await self._state("POST", f"/orders/{number(of)}/refunds", asked)

    async def refund_state(self, index: int, of: int) -> str:
        return await self._state("GET", f"/orders/{number(of)}/refunds/{number(index)}")

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[str, Any]:
        self.believe("POST", urlsplit(f"{CALLBACKS}/bank").path, headers, body)
        told = json.loads(body)
        return told["id"], told


MERCHANTS: dict[str, type[WechatPay] | type[Alipay] | type[UnionPay] | type[Bank]] = {
    each.name: each for each in (WechatPay, Alipay, UnionPay, Bank)
}
