"""What a temporary card is while it is bound: the codes of it, and who cares for the patient."""

import asyncio
import os
from datetime import datetime, timedelta
from typing import Any

import pytest

from db import carers, residents
from domain.enums import CareScope, CareStep, CodeForm, CodePurpose
from domain.ids import Key, new_id
from domain.refusals import CardSuspended, NotFound, Revoked, WrongState
from domain.viewer import Viewer
from resolvers import cards, families, visits
from tests.resolvers.strangers import Unknown, unknown
from tests.resolvers.world import World, public, scan

EVERYTHING = sorted(CareScope)


@pytest.fixture
async def patient(world: World) -> Unknown:
    return await unknown(world)


async def test_its_codes_lead_to_whom_they_lead(patient: Unknown) -> None:
    """The wristband, a print and a code on a phone, in both forms: to the unknown patient, while it is bound to the person, and
    again to the patient."""
    world = patient.world
    person = await world.resident()
    assert (await world.verify(patient.hospital, patient.code)).resident_id == patient.id
    await patient.bind(person)
    them: dict[str, Any] = {"resident_id": public("R", patient.id)}
    for form in CodeForm:
        printed = await world.change(cards.print_card, person, form=form, **them)
        assert printed.fields["printed_code"].resident_id == patient.id
        shown = await world.present(person, form=form, **them)
        assert (await world.verify(patient.hospital, shown)).resident_id == person.resident_id
    assert (await world.verify(patient.hospital, patient.code)).resident_id == person.resident_id
    pay = await world.present(person, CodePurpose.PAY, **them)
    assert (await world.verify(patient.hospital, pay, CareStep.PAY)).resident_id == person.resident_id
    # Elsewhere as well, and to the card that the person has then.
    new = (await world.change(cards.replace_card, person, reason="遗失")).fields["card"]
    visit = await world.verify(await world.institution(), patient.code)
    assert await world.value("select card_id from visit where resident_id = $1 and id = $2", visit.resident_id, visit.id) == new.id
    await patient.undo()
    assert (await world.verify(patient.hospital, patient.code)).resident_id == patient.id


async def test_the_state_of_the_real_card_counts_and_of_a_closed_temporary_one_its_own(patient: Unknown) -> None:
    world = patient.world
    person = await world.resident()
    await patient.bind(person)
    await world.change(cards.suspend_card, person)
    with pytest.raises(CardSuspended):
        await world.verify(patient.hospital, patient.code)
    await world.change(cards.resume_card, person)
    them: dict[str, Any] = {"resident_id": public("R", patient.id)}
    with pytest.raises(WrongState):
        await world.change(cards.replace_card, person, reason="没有第二张", **them)
    await world.change(cards.close_card, person, reason="不再需要", **them)
    with pytest.raises(Revoked):
        await world.verify(patient.hospital, patient.code)


async def test_a_scan_that_was_taken_before_is_the_patients(patient: Unknown) -> None:
    world = patient.world
    taken = world.now + timedelta(milliseconds=1)
    world.later(minutes=1)
    person = await world.resident()
    await patient.bind(person)
    one = {**scan(patient.code), "client_reference": "s-1", "scanned_at": taken}
    await world.change(
        visits.upload_offline_scans, patient.hospital, scans=[one, {**one, "client_reference": "s-2", "scanned_at": world.now}]
    )
    rows = await world.rows(
        "select client_reference, resident_id from offline_scan where institution_id = $1 order by 1",
        patient.hospital.institution_id,
    )
    assert [row["resident_id"] for row in rows] == [patient.id, person.resident_id]


async def test_the_person_cares_for_the_patient_while_it_is_bound(patient: Unknown) -> None:
    world, person = patient.world, await patient.world.resident()
    assert await patient.carers() == []
    await patient.bind(person)
    assert await patient.carers() == [(person.resident_id, "SELF", EVERYTHING, None)]
    await patient.undo()
    assert await patient.carers() == []
    await patient.bind(person)
    assert len(await patient.carers()) == 1
    assert len(await world.rows("select * from card_binding where resident_id = $1", patient.id)) == 2


async def entrusted(world: World, person: Viewer, carer: Viewer, *scopes: CareScope, until: datetime | None = None) -> Key:
    """Makes one a carer of the other, on both sides and under the lock that everybody takes for it."""
    assert person.resident_id is not None
    assert carer.resident_id is not None
    id = new_id(world.now, os.urandom)
    row = carers.Carer(person.resident_id, id, carer.resident_id, "王芳", "PARENT", scopes, world.now, until)
    async with world.pool.transaction() as connection:
        await residents.lock(connection, person.resident_id)
        kept = await carers.replace(connection, row)
        if kept is None:
            assert await carers.insert(connection, row)
    return Key(kept or id, person.resident_id)


async def test_who_cares_for_the_person_does_so_too_and_follows(patient: Unknown) -> None:
    world, person, carer, other = patient.world, *[await patient.world.resident() for _ in range(3)]
    until = world.now + timedelta(days=9)
    await entrusted(world, person, carer, CareScope.BILLS, until=until)
    await patient.bind(person)

    async def of(viewer: Viewer) -> list[tuple[Any, ...]]:
        return [row[1:] for row in await patient.carers() if row[0] == viewer.resident_id]

    assert await of(carer) == [("PARENT", ["BILLS"], until)]
    # Changed, added, removed, expired: each in the transaction that does it to the person's.
    key = await entrusted(world, person, carer, CareScope.CARD, CareScope.RECORDS)
    assert key.resident_id is not None
    assert await of(carer) == [("PARENT", ["CARD", "RECORDS"], None)]
    await entrusted(world, person, other, CareScope.REPORTS, until=world.now + timedelta(hours=1))
    assert await of(other) == [("PARENT", ["REPORTS"], world.now + timedelta(hours=1))]
    await world.change(families.remove_family_member, person, family_member_id=public("k", key.id, key.resident_id))
    assert await of(carer) == []
    world.later(hours=2)
    async with world.pool.transaction() as connection:
        assert len(await carers.expire(connection, key.resident_id, world.now)) == 1
    assert await of(other) == []
    assert len(await of(person)) == 1
    await patient.undo()
    await entrusted(world, person, carer, CareScope.BILLS)
    assert await patient.carers() == []


async def test_nobody_takes_the_place_of_the_person(patient: Unknown) -> None:
    """What a binding made ends with it alone."""
    world, person = patient.world, await patient.world.resident()
    await patient.bind(person)
    (row,) = await world.rows("select id from family_member where member_id = $1", patient.id)
    with pytest.raises(NotFound):
        await world.change(families.remove_family_member, person, family_member_id=public("M", row["id"], person.resident_id))
    assert len(await patient.carers()) == 1


async def test_binding_and_undoing_at_once_leave_nothing_behind(patient: Unknown) -> None:
    world, person, carer = patient.world, await patient.world.resident(), await patient.world.resident()
    for _ in range(3):
        await patient.bind(person)
        await asyncio.gather(patient.undo(), entrusted(world, person, carer, CareScope.CARD), return_exceptions=True)
        assert await patient.carers() == []
