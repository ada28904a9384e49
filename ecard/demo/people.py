"""People for the demo and for tests, drawn from a seed: nobody is real, and everything about them is as the checks want it.

Their citizens' numbers end in sequences that no region hands out on one day, and their phones are all 1380000….
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.citizen_number import complete
from domain.documents import Document, read_document
from domain.enums import DocumentType, Sex
from domain.names import INTERPUNCT
from ecard.demo.names import chinese_name, latin_name, long_surname_name, minority_name, rare_name

# Nine of Shenzhen's districts, and counties elsewhere, since a city's people come from everywhere.
_SHENZHEN = ("440303", "440304", "440305", "440306", "440307", "440308", "440309", "440310", "440311")
_ELSEWHERE = ("430102", "420106", "360102", "450103", "510104", "653101", "110105", "310104", "350203", "460105")
_UNASSIGNED = range(900, 990)
_PHONES = range(10_000)
_OF_CITIZENS = (DocumentType.RESIDENT_ID, DocumentType.HOUSEHOLD_BOOK)
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Person:
    """A person and the document that they show. `surname`: of a minority's name the own name, which a child's name ends with.
    `later`: the document that the registry knows them by as well, and that they have not shown yet."""

    full_name: str
    surname: str
    sex: Sex
    birth_date: date
    document: Document
    phone: str | None
    guardian: "Person | None" = None
    later: Document | None = None

    def in_registry(self) -> dict[str, Any]:
        """Their entry in the file of outside.identity_file."""
        entry: dict[str, Any] = {
            "name": self.full_name,
            "documents": [_written(one) for one in (self.document, self.later) if one],
            "phone": self.phone,
            "sex": str(self.sex),
            "birthDate": self.birth_date.isoformat(),
        }
        return entry | ({"guardians": [_written(self.guardian.document)]} if self.guardian else {})


@dataclass(slots=True)
class People:
    """Draws one person after another: the same seed and calls give the same people, and no two share a number or a phone.
    Ages are counted from `today`."""

    seed: str
    today: date
    _random: Random = field(init=False, repr=False)
    _phones: list[int] = field(init=False, repr=False)
    _numbers: set[str] = field(init=False, repr=False, default_factory=set)
    _drawn: int = field(init=False, repr=False, default=0)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311  # nothing here is a secret
        self._phones = self._random.sample(_PHONES, len(_PHONES))

    def adult(
        self, *, document: DocumentType = DocumentType.RESIDENT_ID, ages: range = range(20, 75), sex: Sex | None = None
    ) -> Person:
        """A person with a phone. Of ten, one has a long surname, one a rare character, one a minority's name; who shows a
        passport has a foreign name."""
        sex = sex or self._random.choice((Sex.MALE, Sex.FEMALE))
        surname, full_name = self._naming(document)(self._random, sex)
        born = self._birth_date(ages)
        phone = f"1380000{self._phones.pop():04}"
        return Person(full_name, surname, sex, born, self._document(document, sex, born), phone)

    def child(self, guardian: Person, *, ages: range = range(1, 15)) -> Person:
        """A child of the guardian, with a number and without a phone."""
        return self._child_of(guardian, DocumentType.RESIDENT_ID, self._birth_date(ages))

    def newborn(self, guardian: Person) -> Person:
        """A child of some days, who has a birth certificate, and gets the number of a citizen later."""
        born = self.today - timedelta(days=self._random.randrange(1, 28))
        child = self._child_of(guardian, DocumentType.BIRTH_CERTIFICATE, born)
        return replace(child, later=self._document(DocumentType.RESIDENT_ID, child.sex, born))

    def _child_of(self, guardian: Person, document: DocumentType, born: date) -> Person:
        sex = self._random.choice((Sex.MALE, Sex.FEMALE))
        name = minority_name if INTERPUNCT in guardian.full_name else chinese_name
        surname, full_name = name(self._random, sex, guardian.surname)
        return Person(full_name, surname, sex, born, self._document(document, sex, born), None, guardian)

    def _naming(self, document: DocumentType) -> Callable[[Random, Sex], tuple[str, str]]:
        if document is DocumentType.PASSPORT:
            return latin_name
        self._drawn += 1
        return {2: long_surname_name, 5: rare_name, 8: minority_name}.get(self._drawn % 10, chinese_name)

    def _birth_date(self, ages: range) -> date:
        return self.today - timedelta(days=self._random.choice(ages) * _YEAR + self._random.randrange(_YEAR))

    def _document(self, type: DocumentType, sex: Sex, born: date) -> Document:
        while True:
            number = self._citizen_number(sex, born) if type in _OF_CITIZENS else self._number(type)
            document = read_document(type, number, self.today)
            if document.identity not in self._numbers:
                self._numbers.add(document.identity)
                return document

    def _citizen_number(self, sex: Sex, born: date) -> str:
        region = self._random.choice(self._random.choice((_SHENZHEN, _SHENZHEN, _ELSEWHERE)))
        sequence = self._random.choice([n for n in _UNASSIGNED if n % 2 == (sex is Sex.MALE)])
        return complete(f"{region}{born:%Y%m%d}{sequence}")

    def _number(self, type: DocumentType) -> str:
        forms = {
            DocumentType.PASSPORT: "X########",
            DocumentType.OFFICER: "军字第#######号",
            DocumentType.DRIVING_LICENCE: "4403########",
            DocumentType.HK_MACAU_PERMIT: "H########",
            DocumentType.TAIWAN_PERMIT: "########",
            DocumentType.BIRTH_CERTIFICATE: "O44#######",
            DocumentType.OTHER: "SZ-######",
        }
        return "".join(str(self._random.randrange(10)) if sign == "#" else sign for sign in forms[type])


def _written(document: Document) -> dict[str, str]:
    return {"type": str(document.type), "number": document.number}
