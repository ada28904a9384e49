"""A large city, small."""

from dataclasses import dataclass
from typing import Any

import pytest

from db.pool import Pool
from domain.names import read_name
from ecard.demo.population import people
from ecard.demo.scale import load_scale

RESIDENTS = 60
AIDS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated from pg_constraint where contype = 'f'
union all
select tablename, indexname, indexdef, true from pg_indexes where schemaname = 'public'
order by 1, 2, 3
"""
ALONE = """
select r.resident_id from resident r where r.created_at < '2026-01-01' and not (
    exists (select from card c where c.resident_id = r.resident_id)
    and (select count(*) from code_handle h where h.resident_id = r.resident_id) >= 3
    and (select count(*) from scan s where s.resident_id = r.resident_id) >= 5
    and (select count(*) from file f join file_key k on k.key = f.key and k.file_id = f.id where f.resident_id = r.resident_id) >= 2
    and exists (select from session s where s.resident_id = r.resident_id and s.expires_at > now())
    and exists (select from log_head l where l.resident_id = r.resident_id and l.entries = 0))
"""
CARERS = """
select count(*) from family_member m group by m.resident_id
having bool_and(exists (
    select from carer c where c.resident_id = m.member_id and c.carer_id = m.resident_id and c.scopes = m.scopes))
"""


@dataclass
class Loaded:
    """What loading said, and the foreign keys and indexes before and after it."""

    said: list[str]
    before: list[Any]
    after: list[Any]


@pytest.fixture(scope="module")
async def loaded(pool: Pool) -> Loaded:
    """Once for all tests."""
    said: list[str] = []
    async with pool.connection() as connection:
        before = await connection.fetch(AIDS)
        await load_scale(connection, RESIDENTS, said.append)
        return Loaded(said, before, await connection.fetch(AIDS))


async def test_everyone_has_a_card_and_what_goes_with_it(loaded: Loaded, pool: Pool) -> None:
    async with pool.connection() as connection:
        assert await connection.fetchval("select count(*) from resident where created_at < '2026-01-01'") == RESIDENTS
        assert await connection.fetch(ALONE) == []
    assert loaded.said[0] == f"residents: {RESIDENTS} of {RESIDENTS}"


async def test_one_in_five_cares_for_one_to_four_others(loaded: Loaded, pool: Pool) -> None:
    async with pool.connection() as connection:
        sizes = sorted(row[0] for row in await connection.fetch(CARERS))
    assert sizes == sorted(1 + family % 4 for family in range(RESIDENTS // 5))


def test_loading_leaves_foreign_keys_and_indexes_as_they_were(loaded: Loaded) -> None:
    assert len(loaded.before) > 100
    assert loaded.after == loaded.before


async def test_a_city_is_loaded_once(loaded: Loaded, pool: Pool) -> None:
    again: list[str] = []
    async with pool.connection() as connection:
        await load_scale(connection, RESIDENTS, again.append)
    assert again == ["the large city is there already"]


def test_people_are_always_the_same_and_right_in_form() -> None:
    some = list(people(500))
    assert some == list(people(500))
    assert len({person.resident_id for person in some} | {person.card_id for person in some}) == 1000
    assert [person.resident_id for person in some] == sorted(person.resident_id for person in some)
    assert all(read_name(person.full_name) == person.full_name for person in some)
    assert all(person.birth_date < person.issued_at.date() for person in some)
    assert any("·" in person.full_name for person in some)
    assert {len(person.card_number) for person in some} == {16}


def test_a_child_has_the_carers_surname_and_no_phone() -> None:
    carer, _, child, *_ = list(people(10))[5:]
    assert child.full_name[0] == carer.full_name[0]
    assert (child.phone_masked is None, carer.phone_masked is None) == (True, False)

