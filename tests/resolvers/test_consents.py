"""Consent: who gives it for whom, what is the same, and how it ends."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.enums import HealthRecordKind
from domain.ids import Key
from domain.notifications import NotificationEvent
from domain.refusals import Forbidden, NotFound
from domain.viewer import Viewer
from resolvers import consents
from tests.resolvers.world import World, public

KIND = HealthRecordKind


def institution_id(hospital: Viewer) -> str:
    assert hospital.institution_id is not None
    return public("I", hospital.institution_id)


async def grant(world: World, viewer: Viewer, hospital: Viewer, **given: Any) -> Key:
    """A consent to reports, for a month from the start of the world's day."""
    expires_at = world.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=30)
    named: dict[str, Any] = {"institution_id": institution_id(hospital), "kinds": [KIND.REPORT], "expires_at": expires_at, **given}
    key: Key = (await world.change(consents.grant_consent, viewer, **named)).fields["consent"]
    return key


async def revoke(world: World, viewer: Viewer, consent: Key) -> None:
    await world.change(consents.revoke_consent, viewer, consent_id=public("c", consent.id, consent.resident_id))


async def audited(world: World, resident: Viewer) -> list[str]:
    sql = "select action from audit where subject_id = $1 and action like 'consent%' order by id"
    return [row["action"] for row in await world.rows(sql, resident.resident_id)]


async def told(world: World, resident: Viewer) -> list[str]:
    sql = "select args ->> 'subject_id' as id from outbox where args ->> 'event' = $1 and args ->> 'resident_id' = $2"
    return [row["id"] for row in await world.rows(sql, NotificationEvent.CONSENT_GRANTED, str(resident.resident_id))]


async def test_what_is_given_is_stored_and_told(world: World) -> None:
    resident, hospital = await world.resident(), await world.institution()
    days: dict[str, Any] = {"from": date(2026, 1, 1), "to": date(2026, 6, 30)}
    consent = await grant(world, resident, hospital, kinds=[KIND.REPORT, KIND.ALLERGY, KIND.REPORT], **days)
    [row] = await world.rows("select * from consent where resident_id = $1", resident.resident_id)
    assert (row["id"], row["institution_id"]) == (consent.id, hospital.institution_id)
    assert (row["kinds"], row["from_day"], row["to_day"]) == (["REPORT", "ALLERGY"], days["from"], days["to"])
    assert (row["granted_at"], row["revoked_at"]) == (world.now, None)
    assert await told(world, resident) == [str(consent.id)]


async def test_the_same_again_is_the_same_while_it_stands(world: World) -> None:
    resident, hospital = await world.resident(), await world.institution()
    first = await grant(world, resident, hospital)
    assert await grant(world, resident, hospital) == first
    others = [
        await grant(world, resident, await world.institution()),
        await grant(world, resident, hospital, kinds=[KIND.REPORT, KIND.ALLERGY]),
        await grant(world, resident, hospital, to=date(2026, 1, 1)),
        await grant(world, await world.resident(), hospital),
    ]
    assert len({first, *others}) == 5
    await revoke(world, resident, first)
    assert await grant(world, resident, hospital) != first
    assert (await audited(world, resident)).count("consent.granted") == 5
    assert len(await told(world, resident)) == 5


async def test_many_times_at_once_is_one_consent(world: World) -> None:
    resident, hospital = await world.resident(), await world.institution()
    keys = await asyncio.gather(*(grant(world, resident, hospital) for _ in range(6)))
    assert len(set(keys)) == 1


async def test_revoking_again_changes_nothing(world: World) -> None:
    resident, hospital = await world.resident(), await world.institution()
    consent, other = await grant(world, resident, hospital), await grant(world, await world.resident(), hospital)
    await revoke(world, resident, consent)
    at = await world.value("select revoked_at from consent where resident_id = $1", resident.resident_id)
    assert at == world.now
    await revoke(world, resident, consent)
    assert await world.value("select revoked_at from consent where resident_id = $1", resident.resident_id) == at
    assert await audited(world, resident) == ["consent.granted", "consent.revoked"]
    assert await world.value("select revoked_at from consent where resident_id = $1", other.resident_id) is None


async def test_what_leads_nowhere_is_not_found(world: World) -> None:
    resident, hospital = await world.resident(), await world.institution()
    for id in (public("I", resident.resident_id or UUID(int=0)), public("D", hospital.institution_id or UUID(int=0)), "x"):
        with pytest.raises(NotFound):
            await grant(world, resident, hospital, institution_id=id)
    consent = await grant(world, await world.resident(), hospital)
    for other in (Key(consent.id, resident.resident_id), consent):
        with pytest.raises(NotFound):
            await revoke(world, resident, other)
    assert await audited(world, resident) == []


async def test_carer_with_records_gives_and_takes_back_for_another(world: World) -> None:
    parent, carer, billing, stranger = [await world.resident() for _ in range(4)]
    hospital = await world.institution()
    await world.care_for(parent, carer, "RECORDS")
    await world.care_for(parent, billing, "CARD", "BILLS", "REPORTS")
    assert parent.resident_id is not None
    of_parent = public("R", parent.resident_id)
    consent = await grant(world, carer, hospital, resident_id=of_parent)
    assert consent.resident_id == parent.resident_id
    assert await told(world, parent) == [str(consent.id)]
    for viewer, refused in ((billing, Forbidden), (stranger, NotFound), (hospital, Forbidden)):
        with pytest.raises(refused):
            await grant(world, viewer, hospital, resident_id=of_parent)
        with pytest.raises(refused):
            await revoke(world, viewer, consent)
    await revoke(world, carer, consent)
    assert await audited(world, parent) == ["consent.granted", "consent.revoked"]
