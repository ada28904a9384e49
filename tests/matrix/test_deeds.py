"""Each viewer tries each mutation on what is the owner's: refused as the table says, and then nothing of theirs has changed."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from db import carers
from db.pool import Pool
from domain.enums import CareScope
from plans.plan import Source
from schema import build
from tests.matrix.deeds import DEEDS, PUBLIC, Deed
from tests.matrix.relations import cares_for
from tests.matrix.things import make_things
from tests.matrix.trying import REFUSED, Trials, expected
from tests.plans.reading.ways import engine_over

PEOPLE = (
    *("oneself", "stranger", "hospital", "pharmacy", "other institution", "payment app", "other app", "operator", "dashboard"),
    "anonymous",
)
ALL = tuple(str(scope) for scope in CareScope)
# Scopes, until when; None: of somebody who cared for the owner no longer does.
CARERS = {
    **{f"carer with {scope}": ((scope,), "null") for scope in ALL},
    **{f"carer without {scope}": (tuple(other for other in ALL if other != scope), "null") for scope in ALL},
    "carer with all": (ALL, "null"),
    "carer with none": ((), "null"),
    "carer until now": (ALL, "now()"),
    "carer until yesterday": (ALL, "now() - interval '1 day'"),
}


@pytest.fixture(scope="module")
async def trials(pool: Pool, source: Source) -> AsyncIterator[Trials]:
    """In a transaction that nobody commits."""
    things = await make_things(pool)
    schema = build.build()
    async with pool.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        things.world.now = await connection.fetchval("select now()")
        yield await Trials.of(connection, things, build.changes(schema), engine_over(source, connection))
        await transaction.rollback()


def test_each_mutation_has_a_line(source: Source) -> None:
    root = source.schema.mutation_type
    assert root is not None
    assert {deed.mutation for deed in (*DEEDS, *PUBLIC)} == root.fields.keys()


async def wrong(trials: Trials, who: str, deeds: Iterable[Deed] = DEEDS) -> list[str]:
    """What is refused otherwise than the table says, or has changed something although it was refused."""
    things, found = trials.things, []
    scopes, until = CARERS.get(who, (None, ""))
    viewer = things.viewers.get(who, things.carer)
    made = "select" if scopes is None else cares_for(things.owner, things.carer.resident_id, scopes, until)
    async with trials.undone(made):
        before = await trials.rows()
        for deed in deeds:
            refused = expected(deed, who, viewer, scopes if until == "null" else None)
            async with trials.undone():
                codes = await trials.attempt(deed, viewer)
                if (codes & REFUSED) - set(deed.but) != refused or "INTERNAL_SERVER_ERROR" in codes:
                    found.append(f"{deed.name}: {sorted(codes)} instead of {sorted(refused)}")
                if refused and await trials.rows() != before:
                    found.append(f"{deed.name}: refused, and yet something has changed")
    return found


@pytest.mark.parametrize("who", [*PEOPLE, *CARERS])
async def test_a_deed_is_refused_as_the_table_says(trials: Trials, who: str) -> None:
    found = await wrong(trials, who)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scope", ALL)
async def test_a_forgotten_scope_is_noticed_in_each_deed(trials: Trials, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    asked = carers.scopes

    async def with_that(*given: Any) -> frozenset[str] | None:
        found = await asked(*given)
        return None if found is None else found | {scope}

    monkeypatch.setattr(carers, "scopes", with_that)
    deeds = [deed for deed in DEEDS if deed.by == scope and deed.mutation != "removeFamilyMember"]
    found = await wrong(trials, f"carer without {scope}", deeds)
    assert {line.partition(":")[0] for line in found} == {deed.name for deed in deeds}


async def test_a_forgotten_removal_is_noticed(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    async def all_of_them(*_: Any) -> frozenset[CareScope]:
        return frozenset(CareScope)

    monkeypatch.setattr(carers, "scopes", all_of_them)
    assert await wrong(trials, "carer until now")
    assert await wrong(trials, "stranger")
