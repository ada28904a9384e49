"""Scans that were taken without a network, uploaded later."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.enums import CareStep, CodePurpose, ScanOutcome
from domain.offline import MOST_SCANS
from domain.refusals import (
    AlreadyUsed,
    InvalidInput,
    NotFound,
    Refusal,
)
from domain.viewer import Viewer
from resolvers import cards, visits
from tests.resolvers.test_cards import image_code, printed
from tests.resolvers.test_visits import scans
from tests.resolvers.world import World, scan


def offline(world: World, reference: str, code: str, step: CareStep = CareStep.REGISTER, **given: Any) -> dict[str, Any]:
    return {"client_reference": reference, "scanned_at": world.now, **scan(code, step), **given}


async def upload(world: World, institution: Viewer, *taken: Mapping[str, Any]) -> list[tuple[str, str, UUID | None]]:
    """(reference, outcome, visit) of each."""
    keys = (await world.change(visits.upload_offline_scans, institution, scans=taken)).fields["results"]
    rows = {row["id"]: row for row in await world.rows("select * from offline_scan where id = any($1)", [key.id for key in keys])}
    return [(rows[key.id]["client_reference"], rows[key.id]["outcome"], rows[key.id]["visit_id"]) for key in keys]


async def test_scans_taken_offline_open_visits_as_of_when_they_were_taken(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    taken = offline(world, "a", await world.present(resident))
    world.later(hours=3)
    ((_, outcome, visit_id),) = await upload(world, institution, taken)
    assert outcome == "ACCEPTED"
    (visit,) = await world.rows("select * from visit where resident_id = $1", resident.resident_id)
    assert (visit["id"], visit["opened_at"]) == (visit_id, taken["scanned_at"])
    assert visit["expires_at"] == taken["scanned_at"] + timedelta(minutes=30)
    rows = await world.rows("select offline, scanned_at from scan where resident_id = $1", resident.resident_id)
    assert rows == [{"offline": True, "scanned_at": taken["scanned_at"]}]


async def test_the_same_reference_again_changes_nothing(world: World) -> None:
    resident, institution, other = await world.resident(), await world.institution(), await world.institution()
    taken = offline(world, "a", await world.present(resident))
    again = [await upload(world, institution, taken) for _ in range(3)]
    assert again[0] == again[1] == again[2]
    assert len(await scans(world, resident)) == 1
    # Another institution's references are its own.
    assert [outcome for _, outcome, _ in await upload(world, other, taken)] == ["ALREADY_USED"]


async def test_uploads_of_the_same_scans_at_the_same_time_give_the_same(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    taken = [offline(world, str(n), await world.present(resident)) for n in range(5)]
    uploads = await asyncio.gather(*(upload(world, institution, *part) for part in (taken, taken[::-1], taken)))
    assert sorted(uploads[0]) == sorted(uploads[1]) == sorted(uploads[2])
    assert [outcome for outcome, _ in await scans(world, resident)] == ["ACCEPTED"] * 5


async def test_a_code_used_twice_is_told_once(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    code, online = await world.present(resident), await world.present(resident)
    await world.verify(institution, online)
    results = await upload(
        world,
        institution,
        offline(world, "a", code),
        offline(world, "b", code),
        offline(world, "c", online),
        offline(world, "a", code),
    )
    assert [(reference, outcome) for reference, outcome, _ in results] == [
        ("a", "ACCEPTED"),
        ("b", "ALREADY_USED"),
        ("c", "ALREADY_USED"),
        ("a", "ACCEPTED"),
    ]
    with pytest.raises(AlreadyUsed):
        await world.verify(institution, code)


async def test_a_code_used_offline_is_remembered_until_no_scan_of_it_can_come(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    first = offline(world, "a", await world.present(resident))
    await upload(world, institution, first)
    kept = await world.value("select max(expires_at) from used_code where resident_id = $1", resident.resident_id)
    world.later(days=7, seconds=-1)
    assert [outcome for _, outcome, _ in await upload(world, institution, {**first, "client_reference": "b"})] == ["ALREADY_USED"]
    assert kept > world.now
    world.later(seconds=2)
    assert [outcome for _, outcome, _ in await upload(world, institution, {**first, "client_reference": "c"})] == ["EXPIRED_CODE"]


async def test_every_outcome_is_typed(world: World) -> None:
    active, suspended, gone = [await world.resident() for _ in range(3)]
    institution = await world.institution(care_steps=[CareStep.REGISTER, CareStep.PAY])
    codes = {name: await world.present(one) for name, one in (("used", active), ("suspended", suspended), ("gone", gone))}
    old, pay = await world.present(active), await world.present(active, CodePurpose.PAY)
    world.later(minutes=1)
    await world.change(cards.suspend_card, suspended)
    await world.change(cards.replace_card, gone, reason="丢失")
    now = world.now
    fresh = await world.present(active)
    results = await upload(
        world,
        institution,
        offline(world, "1", fresh),
        offline(world, "2", fresh),
        offline(world, "3", "nonsense"),
        offline(world, "4", old, scanned_at=now + timedelta(minutes=2)),
        offline(world, "5", fresh, CareStep.EXAMINE),
        offline(world, "6", pay),
        offline(world, "7", codes["suspended"]),
        offline(world, "8", codes["gone"]),
    )
    assert [outcome for _, outcome, _ in results] == [
        ScanOutcome.ACCEPTED,
        ScanOutcome.ALREADY_USED,
        ScanOutcome.INVALID_CODE,
        ScanOutcome.EXPIRED_CODE,
        ScanOutcome.NOT_ACCEPTED_HERE,
        ScanOutcome.WRONG_PURPOSE,
        ScanOutcome.CARD_SUSPENDED,
        ScanOutcome.REVOKED,
    ]
    assert len(await scans(world, active)) == 5


async def test_a_scan_from_before_the_card_was_suspended_or_the_print_revoked_counts(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    id, page = await printed(world, resident)
    code = await world.present(resident)
    before = [offline(world, "a", code), offline(world, "b", page)]
    world.later(seconds=1)
    await world.change(cards.revoke_printed_code, resident, printed_code_id=id)
    await world.change(cards.suspend_card, resident)
    after = [offline(world, "c", page), offline(world, "d", await image_code(world, resident))]
    world.later(minutes=20)
    results = await upload(world, institution, *before, *after)
    assert [outcome for _, outcome, _ in results] == ["ACCEPTED", "ACCEPTED", "REVOKED", "CARD_SUSPENDED"]


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"scanned_at": timedelta(minutes=3)}, InvalidInput, ("scans", "1", "scanned_at")),
        ({"client_reference": " "}, InvalidInput, ("scans", "1", "client_reference")),
        ({"terminal": {"id": "", "kind": "KIOSK"}}, InvalidInput, ("scans", "1", "terminal", "id")),
        ({"department_code": "none"}, NotFound, ("scans", "1", "department_code")),
    ],
)
async def test_bad_input_is_told_with_its_path_and_nothing_is_done(
    world: World, given: dict[str, Any], refusal: type[Refusal], field: tuple[str, ...]
) -> None:
    resident, institution = await world.resident(), await world.institution()
    good = offline(world, "a", await world.present(resident))
    if "scanned_at" in given:
        given = {"scanned_at": world.now + given["scanned_at"]}
    with pytest.raises(refusal) as refused:
        await upload(world, institution, good, {**good, "client_reference": "b", **given})
    assert refused.value.field == field
    assert await scans(world, resident) == []


async def test_an_upload_has_at_most_two_hundred_scans(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    code = await image_code(world, resident)
    taken = [offline(world, str(n), code) for n in range(MOST_SCANS + 1)]
    with pytest.raises(InvalidInput):
        await upload(world, institution, *taken)
    assert len(await upload(world, institution, *taken[:-1])) == MOST_SCANS
    assert await upload(world, institution) == []
