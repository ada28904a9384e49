"""Identity documents: of which form the number of each is, what it tells of its holder, and what is shown of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from domain import citizen_number
from domain.enums import DocumentType, Sex
from domain.refusals import InvalidDocument
from domain.texts import compact, mask

NATIONAL_CODES: Mapping[DocumentType, str] = MappingProxyType(
    {
        DocumentType.RESIDENT_ID: "01",
        DocumentType.HOUSEHOLD_BOOK: "02",
        DocumentType.PASSPORT: "03",
        DocumentType.OFFICER: "04",
        DocumentType.DRIVING_LICENCE: "05",
        DocumentType.HK_MACAU_PERMIT: "06",
        DocumentType.TAIWAN_PERMIT: "07",
        DocumentType.BIRTH_CERTIFICATE: "08",
        DocumentType.OTHER: "99",
    }
)
"""The code of each type in the national formats (CV02.01.101)."""

# The household book serves people who have no card yet: its page of each person bears that person's own number.
_OF_CITIZENS = frozenset({DocumentType.RESIDENT_ID, DocumentType.HOUSEHOLD_BOOK, DocumentType.DRIVING_LICENCE})

# What is in the group identifies the holder. The two digits that older permits append count how often it was renewed.
_FORMS: Mapping[DocumentType, re.Pattern[str]] = MappingProxyType(
    {
        DocumentType.PASSPORT: re.compile(r"((?=[A-Z]*[0-9])[A-Z0-9]{6,9})"),
        DocumentType.OFFICER: re.compile(r"([\u4e00-\u9fa5]{1,3}字第[0-9A-Z]{4,8}号)"),
        DocumentType.DRIVING_LICENCE: re.compile(r"([0-9]{12})"),  # the file number; else it is the citizen's
        DocumentType.HK_MACAU_PERMIT: re.compile(r"([HM][0-9A-Z][0-9]{7})(?:[0-9]{2})?"),
        DocumentType.TAIWAN_PERMIT: re.compile(r"([0-9]{8})(?:[0-9]{2})?(?:\([A-Z]\))?"),
        DocumentType.BIRTH_CERTIFICATE: re.compile(r"([A-Z][0-9]{9})"),
        DocumentType.OTHER: re.compile(r"((?=[^0-9]*[0-9])[0-9A-Z\u4e00-\u9fa5()/.]{4,32})"),
    }
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose number has the right form. `sex` and `birth_date`: what the number tells, else None."""

    type: DocumentType
    number: str = field(repr=False)
    sex: Sex | None = None
    birth_date: date | None = None

    @property
    def masked(self) -> str:
        """What people are shown of the number."""
        return mask(self.number)

    @property
    def is_of_citizen(self) -> bool:
        """Whether the number is a citizen's."""
        return self.birth_date is not None

    @property
    def identity(self) -> str:
        """Whose it is: equal for two documents that bear the same citizen's number."""
        kind = "CITIZEN" if self.is_of_citizen else self.type
        return f"{kind}:{self.number}"


def read_document(type: DocumentType, number: str, today: date) -> Document:
    """The document with its number in the one written form. Raises InvalidDocument, of the input's field document.number."""
    written = compact(number)
    if type in _OF_CITIZENS:
        citizen = citizen_number.read(written, today)
        if citizen:
            return Document(type, citizen.number, citizen.sex, citizen.birth_date)
    if type is DocumentType.OFFICER and not written.endswith("号"):
        written += "号"
    form = _FORMS.get(type)
    match = form.fullmatch(written) if form else None
    if match is None:
        raise InvalidDocument("document", "number")
    return Document(type, match[1])
