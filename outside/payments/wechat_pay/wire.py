"""Signed JSON between WeChat Pay and us, and its sealed notifications."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outside.errors import Permanent, Transient
from outside.payments import WrongSignature
from outside.payments.exchange import Answer, Clock, Exchange, busy, code_of, json_object
from outside.payments.formats import recent, text_of
from outside.payments.keys import PrivateKey, PublicKeys

SCHEME = "WECHATPAY2-SHA256-RSA2048"
SEALED = "AEAD_AES_256_GCM"
TRANSIENT = frozenset(
    {
        "SYSTEM_ERROR",
        "SYSTEMERROR",
        "BANK_ERROR",
        "BANKERROR",
        "BIZERR_NEED_RETRY",
        "FREQUENCY_LIMITED",
        "FREQUENCY_LIMIT_EXCEED",
        "RATELIMIT_EXCEEDED",
        "USERPAYING",
        # Our account there has not enough for a refund yet: the day's payments fill it.
        "NOT_ENOUGH",
        "NOTENOUGH",
    }
)


class Refused(Exception):
    """WeChat Pay's own refusal, for good."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Wire:
    """Signs and sends requests, checks answers and notifications, opens what is sealed."""

    def __init__(
        self,
        url: str,
        merchant_id: str,
        key_serial: str,
        key: PrivateKey,
        provider_key_serial: str,
        provider_key: PublicKeys,
        api_key: bytes,
        clock: Clock,
        new_nonce: Callable[[], str],
        exchange: Exchange,
    ) -> None:
        self._url, self._merchant_id = url, merchant_id
        self._key_serial, self._key = key_serial, key
        self._provider_key_serial, self._provider_key = provider_key_serial, provider_key
        self._sealing = AESGCM(api_key)
        self._clock, self._new_nonce, self._exchange = clock, new_nonce, exchange

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """The body of a good answer. Raises Refused for a refusal for good, Transient for everything that may go better."""
        answer = await self._send(method, self._url + path, b"" if body is None else orjson.dumps(body))
        if not self._signed(answer.headers, answer.body):
            raise Transient(f"The answer, {answer.status}, is not signed by WeChat Pay.")
        if answer.status not in (200, 202, 204):
            raise _refusal(answer)
        return answer.body

    async def download(self, url: str) -> bytes:
        """A file, which is not signed: its hash came in a signed answer."""
        answer = await self._send("GET", url, b"")
        if answer.status != 200:
            raise Transient(f"The answer was {answer.status}.")
        return answer.body

    def check_notification(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises WrongSignature."""
        if not self._signed(headers, body):
            raise WrongSignature("The notification is not signed by WeChat Pay.")

    def opened(self, resource: Mapping[str, Any]) -> bytes:
        """What a notification has sealed with our API v3 key. Raises ValueError, WrongSignature."""
        if resource.get("algorithm") != SEALED:
            raise ValueError("algorithm")
        nonce, sealed = text_of(resource, "nonce"), b64decode(text_of(resource, "ciphertext"), validate=True)
        try:
            return self._sealing.decrypt(nonce.encode(), sealed, str(resource.get("associated_data") or "").encode())
        except InvalidTag:
            raise WrongSignature("The notification is not sealed with our key.") from None

    def signed_for_payer(self, *lines: str) -> str:
        """The signature by which the payer's kit knows that the order is ours."""
        return self._key.sign("".join(f"{line}\n" for line in lines).encode())

    async def _send(self, method: str, url: str, content: bytes) -> Answer:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        timestamp, nonce = str(int(self._clock().timestamp())), self._new_nonce()
        signature = self._key.sign(f"{method}\n{path}\n{timestamp}\n{nonce}\n".encode() + content + b"\n")
        headers = {
            "accept": "application/json",
            "content-type": "application/json",
            "wechatpay-serial": self._provider_key_serial,
            "authorization": (
                f'{SCHEME} mchid="{self._merchant_id}",nonce_str="{nonce}",signature="{signature}",'
                f'timestamp="{timestamp}",serial_no="{self._key_serial}"'
            ),
        }
        answer = await self._exchange.send(method, url, headers, content)
        if busy(answer.status):
            raise Transient(f"The answer was {answer.status}.")
        return answer

    def _signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        names = ("serial", "timestamp", "nonce", "signature")
        serial, timestamp, nonce, signature = (headers.get(f"wechatpay-{name}", "") for name in names)
        if serial != self._provider_key_serial or not recent(timestamp, self._clock()):
            return False
        return self._provider_key.signed(f"{timestamp}\n{nonce}\n".encode() + body + b"\n", signature)


def _refusal(answer: Answer) -> Exception:
    try:
        code = code_of(json_object(answer.body).get("code"))
    except ValueError:
        return Permanent(f"The answer was {answer.status}.")
    return Transient(f"WeChat Pay says {code}.") if code in TRANSIENT else Refused(code)
