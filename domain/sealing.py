"""What is stored of secrets: sealed where we must read it again, a keyed hash where we must find it, a hash where we only compare.

- A document number is sealed (AES-256-GCM), so that a stolen database shows none; the row and column are part of the
  seal, so that a value moved to another row does not open there.
- Numbers and six-digit codes are few enough to be tried out, so their hashes are keyed (HMAC-SHA-256).
- Our own secrets (refresh tokens, client secrets) are 256 random bits: nobody tries those out, so a plain SHA-256 of
  them needs neither salt nor the slowness that passwords need.
"""

import hashlib
import hmac
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.ids import Random

_VERSION = 1
_NONCE = 12
_KEY = 32


class SealBroken(Exception):
    """The sealed value was changed, belongs elsewhere, or its key is gone. It is a fault, and never the asker's."""


class Sealer:
    """Seals texts with the current key and opens those of all keys. Envelope: version, length and id of the key, nonce,
    ciphertext with tag. Nonces are random, so a key may seal 2^32 values: rotate long before."""

    def __init__(self, keys: Mapping[str, bytes], current: str, random: Random) -> None:
        """`keys`: id (1 to 32 ASCII characters) → 32 bytes. Raises ValueError where one is not as it must be."""
        if current not in keys:
            raise ValueError("The current sealing key is not among the sealing keys.")
        if any(len(key) != _KEY for key in keys.values()):
            raise ValueError("A sealing key has 32 bytes.")
        if not all(id.isascii() and 1 <= len(id) <= 32 for id in keys):
            raise ValueError("The id of a sealing key has 1 to 32 ASCII characters.")
        self._ciphers = {id.encode(): AESGCM(key) for id, key in keys.items()}
        self._current = current.encode()
        self._random = random

    def seal(self, plain: str, table: str, column: str, resident_id: UUID) -> bytes:
        """The sealed text, for this place alone."""
        nonce = self._random(_NONCE)
        sealed = self._ciphers[self._current].encrypt(nonce, plain.encode(), _place(table, column, resident_id))
        return bytes([_VERSION, len(self._current)]) + self._current + nonce + sealed

    def open(self, sealed: bytes, table: str, column: str, resident_id: UUID) -> str:
        """The text again. Raises SealBroken."""
        key_id = _key_id(sealed)
        start = 2 + len(key_id)
        nonce, ciphertext = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        try:
            return self._ciphers[key_id].decrypt(nonce, ciphertext, _place(table, column, resident_id)).decode()
        except (KeyError, InvalidTag, ValueError):
            raise SealBroken(f"{table}.{column}") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the current key sealed it; else it is to be opened and sealed anew before the old key goes."""
        return _key_id(sealed) == self._current


class Lookup:
    """Keyed hashes of what we must find again. Its key cannot be rotated without reading everything anew, so it is one of
    its own."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError when the key has not 32 bytes."""
        if len(key) != _KEY:
            raise ValueError("The look-up key has 32 bytes.")
        self._key = key

    def digest(self, kind: str, *parts: str | bytes) -> bytes:
        """32 bytes; other kinds or other parts never give the same."""
        digest = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in (kind, *parts):
            data = part.encode() if isinstance(part, str) else part
            digest.update(len(data).to_bytes(4) + data)
        return digest.digest()


def secret_digest(secret: bytes) -> bytes:
    """What is stored of a random secret of 256 bits."""
    return hashlib.sha256(secret).digest()


def _place(table: str, column: str, resident_id: UUID) -> bytes:
    return f"{table}.{column}:".encode() + resident_id.bytes


def _key_id(sealed: bytes) -> bytes:
    if len(sealed) < 2 or sealed[0] != _VERSION:
        raise SealBroken("The envelope is not of a version that we know.")
    return sealed[2 : 2 + sealed[1]]
