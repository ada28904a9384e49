"""Push subscriptions, as a browser's PushManager gives them: where a message goes, and for whom it is encrypted."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

HOSTS = ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", ".notify.windows.com")
"""The push services of the browsers that people have."""

LONGEST = 4096  # characters
AUTH_BYTES = 16
# Labels of letters and digits; those in the form for other alphabets no push service has, and few read alike.
_NAME = re.compile(r"((?!xn--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, slots=True)
class Subscription:
    """`endpoint`: the push service's address of the browser; `p256dh`, `auth`: the browser's keys, base64url without padding."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def origin(self) -> str:
        """Whom a request there is signed for."""
        return f"https://{urlsplit(self.endpoint).netloc}"

    def text(self) -> str:
        """As JSON, always the same for the same subscription, whatever else a browser writes into its own."""
        return orjson.dumps({"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}).decode()


def read_subscription(text: str, hosts: Sequence[str]) -> Subscription:
    """Reads the subscription's JSON. `hosts`: the push services that are known; one that begins with a full stop stands for all
    names that end so. Without them, anybody could have us ask any address. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    found = orjson.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("keys"), dict):
        raise ValueError("no subscription")
    endpoint = _text(found.get("endpoint"))
    p256dh, auth = (_text(found["keys"].get(name)).rstrip("=") for name in ("p256dh", "auth"))
    EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decoded(p256dh))
    if len(_decoded(auth)) != AUTH_BYTES:
        raise ValueError("no key")
    if not _is_known(endpoint, hosts):
        raise ValueError("no push service")
    return Subscription(endpoint, p256dh, auth)


def _is_known(endpoint: str, hosts: Sequence[str]) -> bool:
    """https, no port, no name and password, and nothing that one reader takes for another host than the next."""
    parts = urlsplit(endpoint)
    host = parts.netloc
    if parts.scheme != "https" or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint or "\\" in endpoint:
        return False
    if _NAME.fullmatch(host) is None:
        return False
    return any(host.endswith(known) if known.startswith(".") else host == known for known in hosts)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _decoded(text: str) -> bytes:
    if "+" in text or "/" in text:
        raise ValueError("no base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
