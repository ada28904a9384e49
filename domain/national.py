"""The national form of a code, for the readers already in use: `<card id>:0:<validity>` and `<card id>:1`.

A card id is 64 upper-case hexadecimal digits; ours are 32 random bytes and say nothing about anybody. The validity is one
block of 16 bytes, ciphered with SM4: expiry, purpose, nonce, and a check that ties it to its card id. Whoever has not the
key can neither read nor make one, nor move it to another card.
"""

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SM3, Hash

from domain.codes import PURPOSE_NUMBERS, PURPOSES
from domain.enums import CodePurpose
from domain.refusals import InvalidCode

CARD_ID_BYTES = 32
NONCE_BYTES = 5

_BLOCK = struct.Struct(">IB5s6s")  # expiry in seconds since 1970, purpose, nonce, check
_HEAD_BYTES = 10
_CHECK_BYTES = 6
_DYNAMIC = re.compile(r"([0-9A-F]{64}):0:([0-9A-F]{32})", re.ASCII | re.IGNORECASE)
_STATIC = re.compile(r"([0-9A-F]{64}):1(?:::([0-9A-Z-]{1,32}))?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NationalClaims:
    """What a dynamic code says. `nonce`: the whole block, which no second code of the card has."""

    card_id: bytes
    purpose: CodePurpose
    expires: datetime
    nonce: bytes


@dataclass(frozen=True, slots=True)
class NationalStatic:
    """`<card id>:1`, in some provinces with `::<organisation code>`, which says who printed it and proves nothing."""

    card_id: bytes


@dataclass(frozen=True, slots=True)
class NationalDynamic:
    """`<card id>:0:<validity>`; whether it is ours, `open` says."""

    card_id: bytes
    block: bytes

    def open(self, key: bytes) -> NationalClaims:
        """What the code says, whatever the time is. Raises InvalidCode when it was not made with the key."""
        decryptor = _cipher(key).decryptor()
        plain = decryptor.update(self.block) + decryptor.finalize()
        seconds, purpose, _, check = _BLOCK.unpack(plain)
        if not compare_digest(check, _check(self.card_id, plain[:_HEAD_BYTES])) or purpose not in PURPOSES:
            raise InvalidCode("code")
        return NationalClaims(self.card_id, PURPOSES[purpose], datetime.fromtimestamp(seconds, UTC), self.block)


def static_text(card_id: bytes) -> str:
    """`<card id>:1`."""
    return f"{card_id.hex().upper()}:1"


def dynamic_text(card_id: bytes, purpose: CodePurpose, expires: datetime, nonce: bytes, key: bytes) -> str:
    """`<card id>:0:<validity>`. `nonce`: 5 random bytes; `key`: the national key, 32 random bytes."""
    head = struct.pack(">IB5s", int(expires.timestamp()), PURPOSE_NUMBERS[purpose], nonce)
    encryptor = _cipher(key).encryptor()
    block = encryptor.update(head + _check(card_id, head)) + encryptor.finalize()
    return f"{card_id.hex().upper()}:0:{block.hex().upper()}"


def read_national(text: str) -> NationalDynamic | NationalStatic:
    """Takes the text apart; lower-case digits, as some readers give them, are as good. Raises InvalidCode."""
    if match := _DYNAMIC.fullmatch(text):
        return NationalDynamic(bytes.fromhex(match[1]), bytes.fromhex(match[2]))
    if match := _STATIC.fullmatch(text):
        return NationalStatic(bytes.fromhex(match[1]))
    raise InvalidCode("code")


def _cipher(key: bytes) -> "Cipher[ECB]":
    # SM4 takes 16 bytes: those of a hash, so that each bit of the national key counts. One block that never repeats needs
    # no chaining.
    return Cipher(SM4(sha256(b"SM4 key of national codes" + key).digest()[:16]), ECB())  # noqa: S305  # one block


def _check(card_id: bytes, head: bytes) -> bytes:
    digest = Hash(SM3())
    digest.update(card_id + head)
    return digest.finalize()[:_CHECK_BYTES]
