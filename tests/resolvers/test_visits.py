"""A code is shown at an institution: what opens a visit, what does not, and what stays written of it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.codes import new_claims, print_code, sign
from domain.enums import CareSetting, CareStep, CodeForm, CodePurpose
from domain.ids import Key, new_id
from domain.refusals import (
    AlreadyUsed,
    Conflict,
    ExpiredCode,
    Forbidden,
    InvalidCode,
    InvalidInput,
    NotAcceptedHere,
    NotFound,
    WrongPurpose,
)
from domain.viewer import Viewer
from resolvers import cards, visits
from tests.domain.samples import noise
from tests.resolvers.test_cards import image_code, printed
from tests.resolvers.world import World, public

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
