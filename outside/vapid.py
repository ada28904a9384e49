"""Our key for web push: browsers subscribe to its public half, and push services take what its private half signed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

SIZE = 32  # bytes
LIFE = timedelta(hours=12)  # of a signature; push services take up to a day


class VapidKey:
    """A private key of P-256. `VapidKey(text)` takes its 32 bytes in base64url and raises ValueError; its repr tells nothing."""

    def __init__(self, text: str) -> None:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if len(raw) != SIZE:
            raise ValueError(f"the key has {len(raw)} bytes, and {SIZE} are needed")
        self._key = derive_private_key(int.from_bytes(raw, "big"), SECP256R1())

    @property
    def public(self) -> str:
        """What a browser subscribes with: the uncompressed point in base64url, as `applicationServerKey` takes it."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).rstrip(b"=").decode()

    def signed(self, origin: str, contact: str, now: datetime) -> Mapping[str, str]:
        """The headers of a request to the push service at `origin`. `contact`: whom it may write to, `mailto:…` or `https://…`."""
        claims = {"aud": origin, "sub": contact, "exp": int((now + LIFE).timestamp())}
        headers: dict[str, str] = Vapid02(self._key).sign(claims)
        return headers


def new_key() -> str:
    """A fresh private key, as `VapidKey` takes it."""
    number = generate_private_key(SECP256R1()).private_numbers().private_value
    return urlsafe_b64encode(number.to_bytes(SIZE, "big")).rstrip(b"=").decode()
