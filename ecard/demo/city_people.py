"""Who lives in the demo city: those with a card, and those whom only the registry knows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.enums import DocumentType, Relationship, Sex
from ecard.demo.people import People, Person

SEED = "demo city"
SINGLES = 18
CITIZENS = 17
# A newborn has a mother with a card, and among those who have none yet some are old.
MOTHERS, ELDERS = 2, 4
YOUNG, OLD = range(22, 36), range(68, 75)
OTHER_DOCUMENTS = (
    DocumentType.HOUSEHOLD_BOOK,
    DocumentType.PASSPORT,
    DocumentType.OFFICER,
    DocumentType.DRIVING_LICENCE,
    DocumentType.HK_MACAU_PERMIT,
    DocumentType.TAIWAN_PERMIT,
    DocumentType.OTHER,
)


@dataclass(frozen=True, slots=True)
class CityPeople:
    """`cared_for`: carer, person cared for, what the latter is to the former; places in `residents`."""

    residents: tuple[Person, ...]
    applicants: tuple[Person, ...]
    cared_for: tuple[tuple[int, int, Relationship], ...]

    def registry(self) -> list[dict[str, Any]]:
        """What the registry's file has: all of them."""
        return [person.in_registry() for person in (*self.residents, *self.applicants)]


def city_people(today: date) -> CityPeople:
    """The same people for the same day."""
    people = People(SEED, today)
    mother = people.adult(sex=Sex.FEMALE, ages=range(28, 36))
    son = people.adult(sex=Sex.MALE, ages=range(40, 50))
    family = (mother, son, people.child(mother, ages=range(6, 10)), people.adult(sex=Sex.FEMALE, ages=OLD))
    singles = [people.adult() for _ in range(SINGLES)]
    citizens = [people.adult() for _ in range(CITIZENS)]
    others = [people.adult(document=document) for document in OTHER_DOCUMENTS]
    mothers = [people.adult(sex=Sex.FEMALE, ages=YOUNG) for _ in range(MOTHERS)]
    elders = [people.adult(ages=OLD) for _ in range(ELDERS)]
    newborns = [people.newborn(one) for one in (mother, *mothers)]
    cared_for = ((0, 2, Relationship.CHILD), (1, 3, Relationship.PARENT))
    return CityPeople((*family, *singles, *mothers), (*citizens, *elders, *others, *newborns), cared_for)
