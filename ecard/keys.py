"""Reads keys from the text of settings. Errors never quote what was read."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from domain.keys import KeySet

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


def is_demo(value: bytes | Mapping[str, bytes] | KeySet) -> bool:
    """Whether any of these keys was made for a demo."""
    if isinstance(value, bytes):
        return value.startswith(DEMO_MARK)
    return DEMO_ID in (value.public if isinstance(value, KeySet) else value)
