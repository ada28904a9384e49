"""What inputs carry: public ids and texts, read strictly."""

import unicodedata
from uuid import UUID

from domain.emails import is_email
from domain.ids import PublicId
from domain.refusals import InvalidInput, NotFound

CLIENT, INSTITUTION, JOB, PRINTED_CODE, RESIDENT, SESSION, VISIT = "L", "I", "J", "P", "R", "S", "V"
APPOINTMENT, DEPARTMENT, DOCTOR, SLOT, WAITLIST_ENTRY = "B", "D", "H", "T", "W"
BILL, PAYMENT = "G", "Y"
REPORT, REPORT_LINK = "r", "l"
CONDITION = "d"
PRESCRIPTION, PRESCRIPTION_ITEM = "p", "i"
CONSENT = "c"
NOTIFICATION = "w"
ADMISSION = "n"
CARER, FAMILY_MEMBER = "k", "M"
CARD = "C"
FAMILY_DOCTOR_TEAM, FAMILY_DOCTOR_PACKAGE, AGREEMENT = "t", "b", "f"
_EMOJI_JOINER = "\u200d"


def read_id(text: str, letter: str, field: str) -> UUID:
    """The id of a thing that is no resident's. Raises NotFound: what is no id of the type leads nowhere."""
    found = PublicId.decode(text)
    if found is None or found.letter != letter or found.resident_id is not None:
        raise NotFound(field)
    return found.id


def read_owned_id(text: str, letter: str, field: str) -> tuple[UUID, UUID]:
    """(resident, id) of a thing that is a resident's. Raises NotFound."""
    found = PublicId.decode(text)
    if found is None or found.letter != letter or found.resident_id is None:
        raise NotFound(field)
    return found.resident_id, found.id


def read_text(text: str, longest: int, *field: str) -> str:
    """The text without what surrounds it. Raises InvalidInput when nothing is left, when it is longer than `longest`
    characters, or when there are characters in it that nobody can see: they end lines, or turn what is beside them around."""
    read = text.strip()
    if not 1 <= len(read) <= longest or any(map(_is_unseen, read)):
        raise InvalidInput(*field)
    return read


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character != _EMOJI_JOINER


def read_optional_text(text: str | None, longest: int, *field: str) -> str | None:
    """The same; None for nothing."""
    return read_text(text, longest, *field) if text and text.strip() else None


def read_email(text: str | None, *field: str) -> str | None:
    """An address for e-mail; None for nothing. Raises InvalidInput for what no mail server takes."""
    read = (text or "").strip() or None
    if read is not None and not is_email(read):
        raise InvalidInput(*field)
    return read


def read_prose(text: str | None, longest: int, *field: str) -> str | None:
    """A text of as many lines as there are in it, each as `read_text` reads one; None for nothing."""
    lines = [line.rstrip() for line in (text or "").strip().splitlines()]
    if sum(map(len, lines)) + len(lines) > longest + 1 or any(_is_unseen(character) for line in lines for character in line):
        raise InvalidInput(*field)
    return "\n".join(lines) or None
