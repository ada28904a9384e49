"""What a carer was told of somebody is in their list for as long as they care, with the scope that it takes."""

import os
from dataclasses import dataclass
from uuid import UUID

import pytest

from db import carers, derived_carers, notifications
from db.notifications import Notification
from domain.enums import CareScope
from domain.ids import Key, new_id
from domain.notifications import EVENTS, NotificationEvent
from domain.viewer import Viewer
from resolvers.notifications import mark_notifications_read
from tests.resolvers.household import add, adult, asked, child_of, id_of, remove
from tests.resolvers.strangers import unknown
from tests.resolvers.world import Person, World

EVENT = NotificationEvent
TOLD = (EVENT.BILL_ISSUED, EVENT.REPORT_PUBLISHED, EVENT.BREAK_GLASS, EVENT.CARER_ADDED)
ALL = sorted(TOLD)
OF_CARE = [str(EVENT.CARER_ADDED)]


async def tell(world: World, reader: Viewer, about: UUID | None) -> None:
    assert reader.resident_id is not None
    assert about is not None
    async with world.pool.transaction() as connection:
        for event in TOLD:
            about_it = (event, about, EVENTS[event].letter, new_id(world.now, os.urandom), "")
            row = Notification(
                reader.resident_id, new_id(world.now, os.urandom), *about_it, True, ("题", "文"), ("t", "b"), world.now
            )
            assert await notifications.make(connection, row)


async def listed(world: World, reader: Viewer, about: UUID | None) -> list[str]:
    sql = "select event from notification where resident_id = $1 and about_id = $2 and in_app order by event"
    return [row["event"] for row in await world.rows(sql, reader.resident_id, about)]


@dataclass
class Family:
    """A mother who was told of her child, of another one, and of herself. `member`: the child among those she cares for."""

    world: World
    mother: Viewer
    child: Person
    child_id: UUID
    member: Key

    async def listed(self) -> tuple[list[str], int]:
        """What she reads of the child, and how much of all she has not read."""
        made = await self.world.change(mark_notifications_read, self.mother, ids=[])
        return await listed(self.world, self.mother, self.child_id), made.fields["unread_count"]


@pytest.fixture
async def family(world: World) -> Family:
    person = adult(world)
    mother = await world.resident(person)
    child, sibling = child_of(world, person), child_of(world, person)
    member = await add(world, mother, asked(child, list(CareScope)))
    await add(world, mother, asked(sibling, list(CareScope)))
    family = Family(world, mother, child, await id_of(world, child), member)
    for about in (family.child_id, await id_of(world, sibling), mother.resident_id):
        await tell(world, mother, about)
    return family


async def test_what_was_told_of_the_child_goes_with_the_care(family: Family) -> None:
    assert await family.listed() == (ALL, 3 * len(TOLD))
    await remove(family.world, family.mother, "M", family.member.id, family.member.resident_id)
    assert await family.listed() == (OF_CARE, 2 * len(TOLD) + len(OF_CARE))


async def test_what_was_told_goes_with_the_scope(family: Family) -> None:
    await add(family.world, family.mother, asked(family.child, [CareScope.BILLS]))
    kept = sorted([EVENT.BILL_ISSUED, *OF_CARE])
    assert await family.listed() == (kept, 2 * len(TOLD) + len(kept))


async def test_what_was_told_goes_when_the_time_is_over(family: Family) -> None:
    async with family.world.pool.transaction() as connection:
        sql = "update carer set expires_at = $2 where resident_id = $1"
        await connection.execute(sql, family.child_id, family.world.now)
        await carers.expire(connection, family.child_id, family.world.now)
    assert await family.listed() == (OF_CARE, 2 * len(TOLD) + len(OF_CARE))


async def test_nothing_stays_of_an_unknown_patient_with_whom_they_were_not(world: World) -> None:
    patient, person, carer = await unknown(world), await world.resident(), await world.resident()
    await world.care_for(person, carer, CareScope.BILLS, CareScope.REPORTS)
    await patient.bind(person)
    for reader in (person, carer):
        await tell(world, reader, patient.id)
        await tell(world, reader, person.resident_id)
    sql = "update carer set scopes = $3 where resident_id = $1 and carer_id = $2 and place is not null"
    await world.rows(sql, person.resident_id, carer.resident_id, [CareScope.BILLS])
    async with world.pool.transaction() as connection:
        await derived_carers.follow(connection, person.resident_id)  # type: ignore[arg-type]  # a resident has one
    assert await listed(world, carer, patient.id) == sorted([EVENT.BILL_ISSUED, *OF_CARE])
    assert await listed(world, person, patient.id) == ALL
    await patient.undo()
    assert await listed(world, carer, patient.id) == await listed(world, person, patient.id) == OF_CARE
    assert await listed(world, person, person.resident_id) == ALL
