"""Signed JSON between a bank and us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from outside.errors import Permanent, Transient
from outside.payments import WrongSignature
from outside.payments.exchange import Answer, Clock, Exchange, busy, code_of, json_object
from outside.payments.formats import recent
from outside.payments.keys import PrivateKey, PublicKeys


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """The bank's own refusal."""

    error: str


def signed_text(what: str, path: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What is signed: of a request `what` is the method, of an answer its status."""
    return f"{what}\n{path}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


class Wire:
    """Signs and sends requests, checks answers and notifications."""

    def __init__(
        self,
        url: str,
        key_id: str,
        key: PrivateKey,
        provider_key_id: str,
        provider_key: PublicKeys,
        clock: Clock,
        exchange: Exchange,
    ) -> None:
        self._url, self._key_id, self._key = url, key_id, key
        self._provider_key_id, self._provider_key = provider_key_id, provider_key
        self._clock, self._exchange = clock, exchange

    async def ask(self, method: str, path: str, nonce: str, body: Mapping[str, Any] | None = None) -> bytes:
        """The body of a good answer. Raises Refused for the bank's refusal, Transient for everything that may go better."""
        content = b"" if body is None else orjson.dumps(body)
        url = self._url + path
        answer = await self._exchange.send(method, url, self._headers(method, _path(url), nonce, content), content)
        if busy(answer.status):
            raise Transient(f"The answer was {answer.status}.")
        self._check_answer(answer, _path(url), nonce)
        if answer.status == 200:
            return answer.body
        try:
            error = code_of(json_object(answer.body).get("error"))
        except ValueError:
            raise Permanent(f"The answer was {answer.status}.") from None
        if error == "BUSY":
            raise Transient("The bank is busy with it.")
        raise Refused(error)

    def check_notification(self, headers: Mapping[str, str], path: str, body: bytes) -> None:
        """Raises WrongSignature."""
        if not self._signed("POST", path, headers, body):
            raise WrongSignature("The notification is not signed by the bank.")

    def _headers(self, method: str, path: str, nonce: str, content: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock().timestamp()))
        return {
            "accept": "application/json",
            "content-type": "application/json",
            "ecard-key-id": self._key_id,
            "ecard-timestamp": timestamp,
            "ecard-nonce": nonce,
            "ecard-signature": self._key.sign(signed_text(method, path, timestamp, nonce, content)),
        }

    def _check_answer(self, answer: Answer, path: str, nonce: str) -> None:
        # The nonce binds the answer to its request; the status is signed, so that a refusal cannot be made of a good answer.
        right = answer.headers.get("ecard-nonce") == nonce
        if not right or not self._signed(str(answer.status), path, answer.headers, answer.body):
            raise Transient(f"The answer, {answer.status}, is not signed by the bank.")

    def _signed(self, what: str, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        names = ("ecard-key-id", "ecard-timestamp", "ecard-nonce", "ecard-signature")
        key_id, timestamp, nonce, signature = (headers.get(name, "") for name in names)
        if key_id != self._provider_key_id or not recent(timestamp, self._clock()):
            return False
        return self._provider_key.signed(signed_text(what, path, timestamp, nonce, body), signature)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
