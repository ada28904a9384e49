"""Web push (RFC 8030, encrypted by RFC 8291, signed by RFC 8292): the browser's own push service carries the message."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import orjson
from pywebpush import WebPusher

from domain.web_push import Subscription, read_subscription
from outside.errors import Gone, Permanent, Transient
from outside.payments.exchange import Clock, Exchange, busy
from outside.vapid import VapidKey

KEPT = 24 * 3600  # seconds for which the push service keeps it while the browser is away
TOPIC = 32  # characters, at most


@dataclass(frozen=True, slots=True)
class PushConfig:
    """`contact`: whom push services may write to; `hosts`: the push services that are known. `transport`: for tests, what answers
    instead of the network."""

    key: VapidKey
    contact: str
    hosts: Sequence[str]
    clock: Clock
    transport: httpx.AsyncBaseTransport | None = None


class WebPush:
    """A Messenger. Its token is a subscription as JSON; what its service worker gets is `{"title", "body", "tag"}`."""

    def __init__(self, config: PushConfig) -> None:
        self._config = config
        self._exchange = Exchange(config.transport)

    async def send(self, to: str, title: str, text: str, reference: str) -> None:
        """See Messenger. A repetition takes the place of the first, on the way (the topic) and on the screen (the tag)."""
        try:
            subscription = read_subscription(to, self._config.hosts)
        except ValueError:
            raise Permanent("It is no subscription at a push service that is known.") from None
        body = _encrypted(subscription, orjson.dumps({"title": title, "body": text, "tag": reference}))
        headers = {
            **self._config.key.signed(subscription.origin, self._config.contact, self._config.clock()),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(KEPT),
            "topic": urlsafe_b64encode(hashlib.sha256(reference.encode()).digest()).decode()[:TOPIC],
        }
        answer = await self._exchange.send("POST", subscription.endpoint, headers, body)
        if answer.status in (404, 410):
            raise Gone("The subscription is gone.")
        if busy(answer.status):
            raise Transient(f"The answer was {answer.status}.")
        if not 200 <= answer.status < 300:
            raise Permanent(f"The answer was {answer.status}.")


def _encrypted(subscription: Subscription, content: bytes) -> bytes:
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    body: bytes = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(content)["body"]
    return body
