"""Signed forms to Alipay's gateway, its signed JSON, and its signed notifications."""

import re
from collections.abc import Mapping
from json import JSONDecodeError, JSONDecoder
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from outside.errors import Transient
from outside.payments import WrongSignature
from outside.payments.exchange import Clock, Exchange, code_of, json_object
from outside.payments.formats import local_text
from outside.payments.keys import PrivateKey, PublicKeys

SUCCESS, UNKNOWN = "10000", "20000"
TRANSIENT = frozenset(
    {
        "ACQ.SYSTEM_ERROR",
        "SYSTEM_ERROR",
        # Our account there has not enough for a refund yet: the day's payments fill it.
        "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    }
)
# The gateway's own troubles, and calls that are too many.
TRANSIENT_PREFIXES = ("aop.", "isp.unknow-error", "isv.app-call-limited")
_SPACE = re.compile(r"\s*")


class Refused(Exception):
    """Alipay's own refusal, for good."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def signed_text(fields: Mapping[str, str]) -> bytes:
    """What is signed: all fields in the order of their names."""
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items())).encode()


class Wire:
    """Signs and sends requests, checks answers and notifications."""

    def __init__(
        self,
        url: str,
        app_id: str,
        key: PrivateKey,
        provider_key: PublicKeys,
        clock: Clock,
        exchange: Exchange,
    ) -> None:
        self._url, self._app_id, self._key, self._provider_key = url, app_id, key, provider_key
        self._clock, self._exchange = clock, exchange

    def signed_form(self, method: str, content: Mapping[str, Any], **more: str | None) -> str:
        """A request as an encoded form; `more`: notify_url, return_url."""
        fields = {
            "app_id": self._app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": local_text(self._clock()),
            "version": "1.0",
            "biz_content": orjson.dumps({name: value for name, value in content.items() if value is not None}).decode(),
            **{name: value for name, value in more.items() if value},
        }
        return urlencode({**fields, "sign": self._key.sign(signed_text(fields))})

    def link(self, form: str) -> str:
        """The address at which a browser hands a signed request in."""
        return f"{self._url}?{form}"

    async def ask(self, method: str, content: Mapping[str, Any], **more: str | None) -> dict[str, Any]:
        """The answer to a request. Raises Refused for a refusal for good, Transient for everything that may go better."""
        headers = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}
        form = self.signed_form(method, content, **more).encode()
        answer = await self._exchange.send("POST", f"{self._url}?charset=utf-8", headers, form)
        if answer.status != 200:
            raise Transient(f"The answer was {answer.status}.")
        found = self._trusted(answer.body, method.replace(".", "_") + "_response")
        code, sub_code = code_of(found.get("code")), code_of(found.get("sub_code"))
        if code == SUCCESS:
            return found
        if code == UNKNOWN or sub_code in TRANSIENT or sub_code.startswith(TRANSIENT_PREFIXES):
            raise Transient(f"Alipay says {code} {sub_code}.")
        raise Refused(sub_code)

    async def download(self, url: str) -> bytes:
        """A file, whose address came in a signed answer."""
        answer = await self._exchange.send("GET", url)
        if answer.status != 200:
            raise Transient(f"The answer was {answer.status}.")
        return answer.body

    def read_notification(self, body: bytes) -> dict[str, str]:
        """The fields of a notification. Raises WrongSignature."""
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
        except ValueError:
            raise WrongSignature("The notification is no form.") from None
        fields = dict(pairs)
        signature, kind = fields.pop("sign", ""), fields.pop("sign_type", "")
        if len(fields) + 2 != len(pairs) or kind != "RSA2" or not self._provider_key.signed(signed_text(fields), signature):
            raise WrongSignature("The notification is not signed by Alipay.")
        return fields

    def _trusted(self, body: bytes, name: str) -> dict[str, Any]:
        try:
            text = body.decode()
            whole = json_object(body)
            name = name if name in whole else "error_response"
            node, signature = _raw(text, name), whole.get("sign")
            found = json_object(node.encode())
        except (ValueError, KeyError):
            raise Transient("The answer is not as it must be.") from None
        if not isinstance(signature, str) or not self._provider_key.signed(node.encode(), signature):
            codes = f"{code_of(found.get('code'))} {code_of(found.get('sub_code'))}"
            raise Transient(f"The answer, {codes}, is not signed by Alipay.")
        return found


def _raw(text: str, name: str) -> str:
    """The text of one member of an object, as it stands: that is what is signed. Raises ValueError, KeyError."""
    decoder = JSONDecoder()
    at = _past(text, 0, "{")
    while True:
        try:
            key, at = decoder.raw_decode(text, at)
            start = _past(text, at, ":")
            _, end = decoder.raw_decode(text, start)
        except JSONDecodeError:
            raise KeyError(name) from None
        if key == name:
            return text[start:end]
        at = _past(text, end, ",")


def _past(text: str, at: int, mark: str) -> int:
    """The place after this mark and the blanks around it. Raises ValueError."""
    at = _blank(text, at)
    if not text.startswith(mark, at):
        raise ValueError(mark)
    return _blank(text, at + len(mark))


def _blank(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
