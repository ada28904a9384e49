"""Any code's text → which of ours it is, and what it says. What is no code of ours is InvalidCode, and nothing else happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from domain.codes import PRINTED_PREFIX, SIGNED_PREFIX, PrintedText, SignedText, read_printed, read_signed
from domain.enums import CodePurpose
from domain.national import NationalDynamic, NationalStatic, read_national
from domain.refusals import InvalidCode
from domain.sealing import Lookup

CodeText = SignedText | PrintedText | NationalDynamic | NationalStatic

_LONGEST = 256


class CodeKind(StrEnum):
    """The four kinds of code. The first two are shown by a phone and used once; the others are printed and only identify."""

    SIGNED = "SIGNED"
    NATIONAL_DYNAMIC = "NATIONAL_DYNAMIC"
    PRINTED = "PRINTED"
    NATIONAL_STATIC = "NATIONAL_STATIC"


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says. `handle`: what leads to its card or print (16 bytes, of the national form 32). `nonce`: what is used
    once; `issued` and `expires`: when it is good; None for what has no such thing."""

    kind: CodeKind
    handle: bytes
    purpose: CodePurpose
    nonce: bytes | None = None
    issued: datetime | None = None
    expires: datetime | None = None


def read_code(text: str) -> CodeText:
    """Recognises the text. Raises InvalidCode. What a reader appends (tabs, line ends) is left off."""
    text = text.strip("\r\n\t")
    if len(text) > _LONGEST:
        raise InvalidCode("code")
    if text.startswith(SIGNED_PREFIX):
        return read_signed(text)
    if text.startswith(PRINTED_PREFIX):
        return read_printed(text)
    return read_national(text)


def open_code(text: str, keys: Mapping[str, EllipticCurvePublicKey], lookup: Lookup, national_key: bytes) -> Code:
    """What a code of ours says, whatever the time is. Raises InvalidCode. Of a national static code the form is all that can
    be checked: only the look-up of its handle tells whether there is one."""
    found = read_code(text)
    if isinstance(found, SignedText):
        claims = found.verify(keys)
        return Code(CodeKind.SIGNED, claims.handle, claims.purpose, claims.nonce, claims.issued, claims.expires)
    if isinstance(found, PrintedText):
        return Code(CodeKind.PRINTED, found.verify(lookup), CodePurpose.IDENTIFY)
    if isinstance(found, NationalDynamic):
        opened = found.open(national_key)
        return Code(CodeKind.NATIONAL_DYNAMIC, opened.card_id, opened.purpose, opened.nonce, expires=opened.expires)
    return Code(CodeKind.NATIONAL_STATIC, found.card_id, CodePurpose.IDENTIFY)
