import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.documents import read_document
from domain.enums import DocumentType, Sex
from domain.names import INTERPUNCT, read_name
from domain.phones import read_phone
from ecard.demo.people import People, Person
from outside.identity_file import FileRegistry

TODAY = date(2026, 11, 23)


def crowd(seed: str = "crowd") -> list[Person]:
    people = People(seed, TODAY)
    adults = [people.adult() for _ in range(100)]
    others = [people.adult(document=type) for type in DocumentType for _ in range(5)]
    children = [made(guardian) for guardian in adults[:20] for made in (people.child, people.newborn)]
    return adults + others + children


def test_the_same_seed_gives_the_same_people() -> None:
    assert crowd() == crowd()
    assert crowd() != crowd("another crowd")


def test_everything_about_them_is_right() -> None:
    for person in crowd():
        assert read_name(person.full_name) == person.full_name
        assert person.phone is None or read_phone(person.phone) == person.phone
        assert read_document(person.document.type, person.document.number, TODAY) == person.document
        if person.document.is_of_citizen:
            assert (person.document.sex, person.document.birth_date) == (person.sex, person.birth_date)


def test_no_two_share_a_number_or_a_phone() -> None:
    people = crowd()
    phones = [person.phone for person in people if person.phone]
    assert len({person.document.identity for person in people}) == len(people)
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("1380000") for phone in phones)


def test_nobody_has_a_number_that_is_handed_out() -> None:
    assert {p.document.number[14] for p in crowd() if p.document.is_of_citizen} == {"9"}


def test_their_names_are_of_every_kind() -> None:
    names = [person.full_name for person in crowd()[:100]]
    assert sum(INTERPUNCT in name for name in names) == 10
    assert any(ord(character) > 0xFFFF for name in names for character in name)
    assert any(name.startswith(("欧阳", "司徒", "上官", "诸葛", "司马")) for name in names)


def test_they_are_as_old_as_asked() -> None:
    people = People("ages", TODAY)
    for _ in range(50):
        adult = people.adult(ages=range(60, 62), sex=Sex.FEMALE)
        assert 60 * 365 <= (TODAY - adult.birth_date).days < 62 * 365
        assert adult.sex is Sex.FEMALE
        assert TODAY - timedelta(days=28) < people.newborn(adult).birth_date < TODAY


def test_children_are_named_after_their_guardians() -> None:
    for child in crowd():
        if child.guardian is None:
            continue
        if INTERPUNCT in child.guardian.full_name:
            assert child.full_name.endswith(INTERPUNCT + child.guardian.surname)
        else:
            assert child.full_name.startswith(child.guardian.surname)
        assert child.phone is None


@pytest.fixture
def registry(tmp_path: Path) -> FileRegistry:
    path = tmp_path / "registry.json"
    path.write_text(json.dumps([person.in_registry() for person in crowd()]), "utf-8")
    return FileRegistry(path)


async def test_the_demos_registry_knows_them(registry: FileRegistry) -> None:
    for person in crowd():
        found = await registry.confirm(person.full_name, person.document, person.phone)
        assert found is not None
        assert (found.sex, found.birth_date) == (person.sex, person.birth_date)
        assert found.guardians == ((person.guardian.document.identity,) if person.guardian else ())
