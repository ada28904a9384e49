"""Our own codes, texts ↔ claims. docs/reference/codes.md describes them for whoever reads them elsewhere.

A signed code is what a phone shows: `EC1:` and, in base45, a COSE_Sign1 (RFC 9052) with a CWT (RFC 8392) inside, for one
purpose and one minute; a delegate's, for one prescription and two days at most. 199 characters, all of QR's alphanumeric mode. A
printed code is `EP1:` and a handle of its own with a keyed check; it lasts until it is revoked, and only identifies. None carries a
name or a number of a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from types import MappingProxyType

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from domain.enums import CodePurpose
from domain.ids import Random
from domain.keys import ES256, SigningKey
from domain.refusals import InvalidCode
from domain.sealing import Lookup

SIGNED_PREFIX = "EC1:"
PRINTED_PREFIX = "EP1:"
LIFE = timedelta(seconds=60)
HANDLE_BYTES = 16
NONCE_BYTES = 10

PURPOSE_NUMBERS: Mapping[CodePurpose, int] = MappingProxyType(
    {CodePurpose.IDENTIFY: 1, CodePurpose.PAY: 2, CodePurpose.RECORDS: 3, CodePurpose.COLLECT: 4}
)
PURPOSES: Mapping[int, CodePurpose] = MappingProxyType({number: purpose for purpose, number in PURPOSE_NUMBERS.items()})

# Registered claims of a CWT, and one of our own (private use): [purpose, handle].
_EXPIRES, _ISSUED, _NONCE, _CARD = 4, 6, 7, -65537
_COSE_SIGN1, _ALGORITHM, _ES256, _KEY_ID = 18, 1, -7, 4
_SIGNATURE_BYTES = 64
_CHECK_BYTES = 6


@dataclass(frozen=True, slots=True)
class Claims:
    """What a signed code says: which card, for what, from when until when (whole seconds), and a nonce that is used once."""

    handle: bytes
    purpose: CodePurpose
    issued: datetime
    expires: datetime
    nonce: bytes


def new_claims(handle: bytes, purpose: CodePurpose, now: datetime, random: Random, expires: datetime | None = None) -> Claims:
    """The claims of a code that is shown now: good for a minute, counted from the whole second, or until `expires`, one too."""
    issued = now.replace(microsecond=0)
    return Claims(handle, purpose, issued, expires or issued + LIFE, random(NONCE_BYTES))


def sign(claims: Claims, key: SigningKey) -> str:
    """The text of the code. The same claims and key give the same text."""
    payload = cbor2.dumps(
        {
            _EXPIRES: int(claims.expires.timestamp()),
            _ISSUED: int(claims.issued.timestamp()),
            _NONCE: claims.nonce,
            _CARD: [PURPOSE_NUMBERS[claims.purpose], claims.handle],
        }
    )
    signature = key.sign(_to_be_signed(key.id.encode(), payload))
    return SIGNED_PREFIX + _encode(_frame(key.id.encode(), payload, signature))


@dataclass(frozen=True, slots=True)
class SignedText:
    """A text that has the form of a signed code; whether it is one, `verify` says."""

    key_id: bytes
    payload: bytes
    signature: bytes

    def verify(self, keys: Mapping[str, EllipticCurvePublicKey]) -> Claims:
        """What the code says, whatever the time is. Raises InvalidCode when none of our keys signed it."""
        key = keys.get(self.key_id.decode("latin-1"))
        if key is None:
            raise InvalidCode("code")
        r, s = int.from_bytes(self.signature[:32]), int.from_bytes(self.signature[32:])
        try:
            key.verify(encode_dss_signature(r, s), _to_be_signed(self.key_id, self.payload), ES256)
        except InvalidSignature:
            raise InvalidCode("code") from None
        # From here on it is our own hand that wrote it.
        claims = cbor2.loads(self.payload)
        purpose, handle = claims[_CARD]
        issued, expires = (datetime.fromtimestamp(claims[name], UTC) for name in (_ISSUED, _EXPIRES))
        return Claims(handle, PURPOSES[purpose], issued, expires, claims[_NONCE])


def read_signed(text: str) -> SignedText:
    """Takes the text apart. Raises InvalidCode when it has not the form that `sign` writes, to the last byte."""
    raw = _decode(text.removeprefix(SIGNED_PREFIX))
    # Slices and a comparison instead of a parser of CBOR: nothing that a stranger wrote is interpreted.
    found = SignedText(raw[8:12], raw[15 : -_SIGNATURE_BYTES - 2], raw[-_SIGNATURE_BYTES:])
    if not found.payload or _frame(found.key_id, found.payload, found.signature) != raw:
        raise InvalidCode("code")
    return found


def print_code(handle: bytes, lookup: Lookup) -> str:
    """The text of a printed code: 37 characters. The check is keyed, so that who steals the handles can print none."""
    return PRINTED_PREFIX + _encode(handle + _check(handle, lookup))


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A text that has the form of a printed code; whether it is one, `verify` says."""

    handle: bytes
    check: bytes

    def verify(self, lookup: Lookup) -> bytes:
        """Its handle. Raises InvalidCode when we did not make it."""
        if not compare_digest(self.check, _check(self.handle, lookup)):
            raise InvalidCode("code")
        return self.handle


def read_printed(text: str) -> PrintedText:
    """Takes the text apart. Raises InvalidCode when it has not the form that `print_code` writes."""
    raw = _decode(text.removeprefix(PRINTED_PREFIX))
    if len(raw) != HANDLE_BYTES + _CHECK_BYTES:
        raise InvalidCode("code")
    return PrintedText(raw[:HANDLE_BYTES], raw[HANDLE_BYTES:])


def _frame(key_id: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(_COSE_SIGN1, [_protected(key_id), {}, payload, signature]))


def _to_be_signed(key_id: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", _protected(key_id), b"", payload])


def _protected(key_id: bytes) -> bytes:
    return cbor2.dumps({_ALGORITHM: _ES256, _KEY_ID: key_id})


def _check(handle: bytes, lookup: Lookup) -> bytes:
    return lookup.digest("printed code", handle)[:_CHECK_BYTES]


def _encode(raw: bytes) -> str:
    text: str = base45.b45encode(raw).decode()
    return text


def _decode(text: str) -> bytes:
    try:
        raw: bytes = base45.b45decode(text)
    except ValueError:
        raise InvalidCode("code") from None
    # One code has one text: base45 as its specification writes it, and no other.
    if _encode(raw) != text:
        raise InvalidCode("code")
    return raw
