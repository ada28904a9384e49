"""Signed forms between UnionPay and us."""

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from outside.errors import Transient
from outside.payments import WrongSignature
from outside.payments.exchange import Exchange
from outside.payments.keys import PrivateKey, PublicKeys

VERSION = {"version": "5.1.0", "encoding": "UTF-8", "signMethod": "01"}


def signed_text(fields: Mapping[str, str]) -> bytes:
    """What is signed: the SHA-256, in hexadecimal, of all fields that are not empty, in the order of their names."""
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "signature" and value)
    return sha256(text.encode()).hexdigest().encode()


class Wire:
    """Signs and sends forms, checks answers and notifications."""

    def __init__(self, key_serial: str, key: PrivateKey, provider_key: PublicKeys, exchange: Exchange) -> None:
        self._key_serial, self._key, self._provider_key, self._exchange = key_serial, key, provider_key, exchange

    def signed(self, fields: Mapping[str, str | None]) -> dict[str, str]:
        """The fields that have a value, with what every message has, signed."""
        given = {name: value for name, value in fields.items() if value}
        whole = {**VERSION, **given, "certId": self._key_serial}
        return {**whole, "signature": self._key.sign(signed_text(whole))}

    async def ask(self, url: str, fields: Mapping[str, str | None]) -> dict[str, str]:
        """The answer, whatever its respCode. Raises Transient where there is none that can be trusted."""
        headers = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
        answer = await self._exchange.send("POST", url, headers, urlencode(self.signed(fields)).encode())
        if answer.status != 200:
            raise Transient(f"The answer was {answer.status}.")
        try:
            found = split_answer(answer.body.decode())
        except ValueError:
            raise Transient("The answer is not as it must be.") from None
        if not self._right(found):
            raise Transient("The answer is not signed by UnionPay.")
        return found

    def read_notification(self, body: bytes) -> dict[str, str]:
        """The fields of a notification. Raises WrongSignature."""
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
        except ValueError:
            raise WrongSignature("The notification is no form.") from None
        fields = dict(pairs)
        if len(fields) != len(pairs) or not self._right(fields):
            raise WrongSignature("The notification is not signed by UnionPay.")
        return fields

    def _right(self, fields: Mapping[str, str]) -> bool:
        # signPubKeyCert is signed with the rest, but proves nothing by itself: only the keys that we were given count.
        usual = fields.get("version") == VERSION["version"] and fields.get("signMethod") == VERSION["signMethod"]
        return usual and self._provider_key.signed(signed_text(fields), fields.get("signature", ""))


def split_answer(text: str) -> dict[str, str]:
    """An answer's fields. It is written like a form but nothing in it is escaped; in braces stand fields of their own. Raises
    ValueError."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        equals = text.index("=", at)
        end = _end(text, equals + 1)
        name = text[at:equals]
        if not name or name in fields:
            raise ValueError("name")
        fields[name] = text[equals + 1 : end]
        at = end + 1
    return fields


def _end(text: str, start: int) -> int:
    if text.startswith("{", start):
        start = text.index("}", start)
    found = text.find("&", start)
    return len(text) if found < 0 else found
