"""Keys as the text of settings: read, and made. Errors never quote what was read."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from domain.keys import KeySet, SigningKey
from outside.payments.keys import PrivateKey, PublicKeys
from outside.vapid import VapidKey

# Keys made for a demo say so, so that production can refuse them; what follows the mark is random.
DEMO_MARK = b"ecard-demo"
DEMO_ID = "demo"

SIZE = 32  # bytes


def read_key(text: Any) -> bytes:
    """A key of 32 random bytes from its base64."""
    try:
        key = b64decode(str(text), validate=True)
    except ValueError:
        raise ValueError("the key is not base64") from None
    if len(key) != SIZE:
        raise ValueError(f"the key has {len(key)} bytes, and {SIZE} are needed")
    # Random bytes seldom repeat; zeros and words do.
    if len(set(key)) < SIZE // 2:
        raise ValueError("the key is not random")
    return key


def read_sealing_keys(text: Any) -> Mapping[str, bytes]:
    """Keys by their ids, written as `id:base64` with spaces between them; in their order."""
    keys: dict[str, bytes] = {}
    for word in str(text).split():
        key_id, colon, key = word.partition(":")
        if not colon or not key_id.isascii() or not 1 <= len(key_id) <= 32:
            raise ValueError("each key is id:base64, the id 1 to 32 ASCII characters")
        if key_id in keys:
            raise ValueError("two keys have the same id")
        keys[key_id] = read_key(key)
    if not keys:
        raise ValueError("there is no key")
    return keys


def read_private_key(text: Any) -> PrivateKey:
    """Our key at a payment provider, from its PEM."""
    return PrivateKey(str(text))


def read_provider_key(text: Any) -> PublicKeys:
    """A payment provider's key, from its PEM."""
    return PublicKeys(str(text))


def read_vapid_key(text: Any) -> VapidKey:
    """Our key for web push."""
    return VapidKey(str(text))


def read_api_key(text: Any) -> bytes:
    """The key with which WeChat Pay seals what it tells."""
    key = str(text).encode()
    if len(key) != SIZE:
        raise ValueError(f"the key has {len(key)} characters, and {SIZE} are needed")
    return key


def is_demo(value: bytes | Mapping[str, bytes] | KeySet) -> bool:
    """Whether any of these keys was made for a demo."""
    if isinstance(value, bytes):
        return value.startswith(DEMO_MARK)
    return DEMO_ID in (value.public if isinstance(value, KeySet) else value)


def new_keys() -> dict[str, str]:
    """Fresh keys for an installation, by the names of their settings (`sealing_keys`, …)."""
    return _keys("1", SigningKey.new(secrets.token_bytes), b"")


def new_demo_keys() -> dict[str, str]:
    """Fresh keys that say that they are a demo's; 176 bits of each are random."""
    return _keys(DEMO_ID, SigningKey(DEMO_ID, SigningKey.new(secrets.token_bytes).private), DEMO_MARK)


def _keys(sealing_id: str, signing: SigningKey, mark: bytes) -> dict[str, str]:
    sealing, lookup, national = (b64encode(mark + secrets.token_bytes(SIZE - len(mark))).decode() for _ in range(3))
    return {
        "sealing_keys": f"{sealing_id}:{sealing}",
        "lookup_key": lookup,
        "signing_keys": KeySet([signing]).private_jwks(),
        "national_key": national,
    }
