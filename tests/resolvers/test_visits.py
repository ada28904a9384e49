"""A code is shown at an institution: what opens a visit, what does not, and what stays written of it."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.codes import new_claims, print_code, sign
from domain.enums import CareSetting, CareStep, CodeForm, CodePurpose, ScanOutcome
from domain.ids import Key, new_id
from domain.offline import MOST_SCANS
from domain.refusals import (
    AlreadyUsed,
    Conflict,
    ExpiredCode,
    Forbidden,
    InvalidCode,
    InvalidInput,
    NotAcceptedHere,
    NotFound,
    Refusal,
    WrongPurpose,
)
from domain.viewer import Viewer
from resolvers import cards, visits
from tests.domain.samples import noise
from tests.resolvers.test_cards import image_code, printed
from tests.resolvers.world import World, public, scan

FORMS = list(CodeForm)


async def scans(world: World, resident: Viewer) -> list[tuple[str, UUID | None]]:
    rows = await world.rows("select outcome, visit_id from scan where resident_id = $1 order by id", resident.resident_id)
    return [(row["outcome"], row["visit_id"]) for row in rows]


@pytest.mark.parametrize("form", FORMS)
async def test_an_accepted_code_opens_a_visit(world: World, form: CodeForm) -> None:
    resident, institution = await world.resident(), await world.institution()
    visit = await world.verify(institution, await world.present(resident, form=form))
    assert visit.resident_id == resident.resident_id
    (row,) = await world.rows("select * from visit where resident_id = $1", resident.resident_id)
    assert (row["id"], row["institution_id"], row["client_id"]) == (visit.id, institution.institution_id, institution.client_id)
    assert (row["care_step"], row["care_setting"], row["terminal_id"], row["terminal_kind"]) == (
        "REGISTER",
        "OUTPATIENT",
        "W-3",
        "WINDOW",
    )
    assert (row["opened_at"], row["expires_at"]) == (world.now, world.now + timedelta(minutes=30))
    assert await scans(world, resident) == [("ACCEPTED", visit.id)]
    audited = await world.rows(
        "select actor_id, object_id from audit where subject_id = $1 and action = 'visit.opened'", visit.resident_id
    )
    assert audited == [{"actor_id": institution.institution_id, "object_id": visit.id}]


@pytest.mark.parametrize("form", FORMS)
async def test_of_many_verifications_of_one_code_exactly_one_is_accepted(world: World, form: CodeForm) -> None:
    resident = await world.resident()
    places = [await world.institution() for _ in range(4)]
    code = await world.present(resident, form=form)
    done = await asyncio.gather(*(world.verify(place, code) for place in places * 10), return_exceptions=True)
    accepted = [one for one in done if isinstance(one, Key)]
    assert len(accepted) == 1
    assert {type(one) for one in done if not isinstance(one, Key)} == {AlreadyUsed}
    assert sorted(outcome for outcome, _ in await scans(world, resident)) == ["ACCEPTED"] + ["ALREADY_USED"] * 39
    assert await world.value("select count(*) from visit where resident_id = $1", resident.resident_id) == 1


@pytest.mark.parametrize("form", FORMS)
async def test_a_code_is_good_for_a_minute(world: World, form: CodeForm) -> None:
    resident, institution = await world.resident(), await world.institution()
    code = await world.present(resident, form=form)
    world.later(seconds=60)
    with pytest.raises(ExpiredCode):
        await world.verify(institution, code)
    assert await scans(world, resident) == [("EXPIRED_CODE", None)]


async def test_a_purpose_opens_its_steps_and_a_refusal_uses_nothing_up(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    code = await world.present(resident, CodePurpose.PAY)
    with pytest.raises(WrongPurpose):
        await world.verify(institution, code, CareStep.REGISTER)
    assert await world.verify(institution, code, CareStep.PAY)
    _, page = await printed(world, resident)
    for text in (page, await image_code(world, resident)):
        with pytest.raises(WrongPurpose):
            await world.verify(institution, text, CareStep.PAY)
        assert await world.verify(institution, text, CareStep.EXAMINE)
    assert [outcome for outcome, _ in await scans(world, resident)] == [
        "WRONG_PURPOSE",
        "ACCEPTED",
        *["WRONG_PURPOSE", "ACCEPTED"] * 2,
    ]


async def test_an_institution_accepts_what_it_says(world: World) -> None:
    resident = await world.resident()
    outpatients_only = await world.institution(accepts_inpatient=False)
    registering = await world.institution(care_steps=[CareStep.REGISTER])
    code = await world.present(resident)
    with pytest.raises(NotAcceptedHere) as refused:
        await world.verify(outpatients_only, code, care_setting=CareSetting.INPATIENT)
    assert refused.value.field == ("care_setting",)
    with pytest.raises(NotAcceptedHere) as refused:
        await world.verify(registering, code, CareStep.EXAMINE)
    assert refused.value.field == ("care_step",)
    assert await world.verify(registering, code)


async def test_what_is_no_code_of_ours_is_invalid_and_leaves_nothing(world: World) -> None:
    resident, institution = await world.resident(), await world.institution()
    signed, national = await world.present(resident), await world.present(resident, form=CodeForm.NATIONAL)
    changed = signed[:60] + ("A" if signed[60] != "A" else "B") + signed[61:]
    moved = f"{noise('card')(32).hex().upper()}{national[64:]}"
    for text in ("", "12345", changed, moved, f"{noise('nobody')(32).hex().upper()}:1", "x" * 5000):
        with pytest.raises(InvalidCode):
            await world.verify(institution, text)
    assert await scans(world, resident) == []


async def test_a_printed_handle_is_not_taken_for_a_cards(world: World) -> None:
    """A code of each kind leads to what it is made for: a signed one to a card, never to a print."""
    resident, institution = await world.resident(), await world.institution()
    await world.change(cards.print_card, resident)
    handle = await world.value("select handle from printed_code where resident_id = $1", resident.resident_id)
    card = await world.value("select handle from card where resident_id = $1", resident.resident_id)
    signed = sign(new_claims(bytes(handle), CodePurpose.RECORDS, world.now, noise("nonce")), world.tools.keys.current)
    for text in (signed, print_code(bytes(card), world.tools.lookup)):
        with pytest.raises(InvalidCode):
            await world.verify(institution, text)


async def test_the_department_is_the_institutions_own(world: World) -> None:
    resident, institution, other = await world.resident(), await world.institution(), await world.institution()
    ids = {}
    async with world.pool.transaction() as connection:
        for place, active in ((institution, True), (other, True), (institution, False)):
            id = new_id(world.now, noise(f"{place.institution_id}{active}"))
            code = "D1" if active else "D2"
            ids[place.institution_id, code] = id
            await connection.execute(
                "insert into department (id, institution_id, code, name, active) values ($1, $2, $3, '内科', $4)",
                *(id, place.institution_id, code, active),
            )
    visit = await world.verify(institution, await world.present(resident), department_code="D1")
    stored = await world.value("select department_id from visit where resident_id = $1 and id = $2", resident.resident_id, visit.id)
    assert stored == ids[institution.institution_id, "D1"]
    for code in ("D2", "D3"):
        with pytest.raises(NotFound) as refused:
            await world.verify(institution, await world.present(resident), department_code=code)
        assert refused.value.field == ("department_code",)


async def test_only_institutions_verify(world: World) -> None:
    resident = await world.resident()
    code = await world.present(resident)
    with pytest.raises(Forbidden):
        await world.verify(resident, code)
    with pytest.raises(InvalidInput) as refused:
        await world.verify(await world.institution(), code, terminal={"id": " ", "kind": "WINDOW"})
    assert refused.value.field == ("terminal", "id")


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
    after = [offline(world, "c", page)]
    await world.change(cards.resume_card, resident)
    world.later(minutes=20)
    results = await upload(world, institution, *before, *after)
    assert [outcome for _, outcome, _ in results] == ["ACCEPTED", "ACCEPTED", "REVOKED"]


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


async def test_a_patient_number_is_one_residents(world: World) -> None:
    one, two, institution, elsewhere = (
        await world.resident(),
        await world.resident(),
        await world.institution(),
        await world.institution(),
    )

    async def link(place: Viewer, resident: Viewer, number: str) -> Key:
        visit = await world.verify(place, await world.present(resident))
        id = public("V", visit.id, visit.resident_id)
        made = await world.change(visits.link_patient_number, place, visit_id=id, patient_number=number)
        assert made.fields["visit"] == visit
        return visit

    await link(institution, one, " 0042 ")
    await link(institution, one, "0042")
    await link(elsewhere, two, "0042")
    with pytest.raises(Conflict) as refused:
        await link(institution, two, "0042")
    assert refused.value.field == ("patient_number",)
    await link(institution, one, "0043")
    await link(institution, two, "0042")
    numbers = await world.rows(
        "select resident_id, number from patient_number where institution_id = $1 order by number", institution.institution_id
    )
    assert [(row["resident_id"], row["number"]) for row in numbers] == [(two.resident_id, "0042"), (one.resident_id, "0043")]


async def test_a_number_is_linked_by_the_institution_of_the_visit_also_later(world: World) -> None:
    resident, institution, other = await world.resident(), await world.institution(), await world.institution()
    visit = await world.verify(institution, await world.present(resident))
    id = public("V", visit.id, visit.resident_id)
    world.later(days=3)
    for place, visit_id in ((other, id), (institution, public("V", visit.id)), (institution, "nonsense")):
        with pytest.raises(NotFound) as refused:
            await world.change(visits.link_patient_number, place, visit_id=visit_id, patient_number="1")
        assert refused.value.field == ("visit_id",)
    made = await world.change(visits.link_patient_number, institution, visit_id=id, patient_number="1")
    assert made.fields["visit"] == visit
