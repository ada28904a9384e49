"""Patients who are not known: a card at once, bound to the real one when it has turned out, and that undone."""

import asyncio
from datetime import date
from typing import Any

import pytest

from domain.enums import CareStep, Sex
from domain.ids import Key
from domain.refusals import Conflict, Forbidden, InvalidInput, NotAcceptedHere, NotFound, Refusal, VisitExpired, WrongState
from resolvers import temporary_cards
from tests.resolvers.strangers import WRISTBAND, Unknown, operator, unknown
from tests.resolvers.world import World, public, scan


@pytest.fixture
async def patient(world: World) -> Unknown:
    return await unknown(world)


async def test_somebody_unknown_has_a_card_and_a_visit(patient: Unknown) -> None:
    world, resident, card = patient.world, await patient.row("resident"), await patient.row("card")
    assert (resident["full_name"], resident["sex"], resident["birth_date"]) == (
        f"无名氏{card['number'][-6:]}",
        "MALE",
        date(1986, 1, 1),
    )
    assert (resident["temporary"], resident["phone_sealed"], resident["document_type"]) == (True, None, "OTHER")
    sealed = world.tools.sealer.open(resident["document_sealed"], "resident", "document_sealed", patient.id)
    assert sealed == card["number"]
    assert (card["temporary"], card["status"]) == (True, "ACTIVE")
    assert patient.code == f"{card['national_id']}:1"
    visit = await patient.row("visit")
    assert (visit["id"], visit["institution_id"], visit["care_step"]) == (
        patient.visit.id,
        patient.hospital.institution_id,
        WRISTBAND,
    )
    assert visit["expires_at"] == world.now + world.tools.visit_length
    assert await patient.audited(patient.id) == ["temporary_card.issued"]
    # Nobody has an app that shows pictures of it.
    assert await world.rows("select * from file where resident_id = $1", patient.id) == []


async def test_a_name_is_kept_where_it_is_known(world: World) -> None:
    patient = await unknown(world, full_name=" 王  某 ", age=0)
    resident = await patient.row("resident")
    assert (resident["full_name"], resident["birth_date"]) == ("王某", date(2026, 1, 1))


async def test_two_alike_at_one_moment_have_numbers_of_their_own(world: World) -> None:
    hospital = await world.institution()
    given: dict[str, Any] = {"sex": Sex.FEMALE, "age": 30, "full_name": "李某", **scan("")}
    del given["code"]
    made = []
    for _ in range(3):
        now = world.now
        made.append(await world.change(temporary_cards.issue_temporary_card, hospital, **given))
        world.now = now
    assert len({one.fields["code"]["text"] for one in made}) == 3


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"age": -1}, InvalidInput("age")),
        ({"age": 151}, InvalidInput("age")),
        ({"full_name": "  "}, InvalidInput("full_name")),
        ({"department_code": "none"}, NotFound("department_code")),
        ({"care_step": CareStep.SURGERY}, NotAcceptedHere("care_step")),
        ({"terminal": {"id": " ", "kind": "WINDOW"}}, InvalidInput("terminal", "id")),
    ],
)
async def test_what_is_no_patient_there_is_refused(world: World, changes: dict[str, Any], refusal: Refusal) -> None:
    hospital = await world.institution(care_steps=[CareStep.REGISTER])
    with pytest.raises(type(refusal)) as caught:
        await unknown(world, hospital, **changes)
    assert caught.value.field == refusal.field


async def test_residents_issue_none(world: World) -> None:
    with pytest.raises(Forbidden):
        await unknown(world, await world.resident())


async def test_binding_is_written_on_both_and_told(patient: Unknown) -> None:
    world, person = patient.world, await patient.world.resident()
    binding = await patient.bind(person)
    row = await patient.row("card_binding")
    assert (row["id"], row["bound_to"], row["reason"], row["bound_at"]) == (binding.id, person.resident_id, "家属到场", world.now)
    assert await patient.audited(patient.id) == ["temporary_card.issued", "temporary_card.bound"]
    assert await patient.audited(person.resident_id) == ["temporary_card.bound"]
    told = await world.rows(
        "select args from outbox where args->>'event' = 'CARD_BOUND' and args->>'resident_id' = $1", str(person.resident_id)
    )
    assert len(told) == 1
    assert await patient.bind(person, reason="再说一次") == binding
    assert await patient.audited(person.resident_id) == ["temporary_card.bound"]
    undone = await patient.undo()
    assert undone == binding
    row = await patient.row("card_binding")
    assert (row["undone_at"], row["undo_reason"]) == (world.now, "认错了人")
    assert await patient.audited(person.resident_id) == ["temporary_card.bound", "temporary_card.unbound"]
    assert (await patient.audited(patient.id))[-1] == "temporary_card.unbound"
    assert await patient.undo(reason="再说一次") == binding
    assert (await patient.row("card_binding"))["undo_reason"] == "认错了人"


async def test_only_who_issued_it_or_the_operator_binds_it(patient: Unknown) -> None:
    world, person = patient.world, await patient.world.resident()
    other = await world.institution()
    with pytest.raises(NotFound) as caught:
        await patient.bind(person, by=other, at=other)
    assert caught.value.field == ("card_id",)
    with pytest.raises(Forbidden):
        await patient.bind(person, by=person)
    await patient.bind(person, by=operator(world))
    with pytest.raises(NotFound):
        await patient.undo(by=other)
    await patient.undo(by=operator(world))


async def test_what_cannot_be_bound_is_refused(patient: Unknown) -> None:
    world, person, other = patient.world, await patient.world.resident(), await patient.world.institution()
    elsewhere = await world.verify(other, await world.present(person))
    old = await world.verify(patient.hospital, await world.present(person))
    delegate = await world.verify(patient.hospital, await world.present(person))
    await world.rows(
        "update visit set delegate_name = '张三' where resident_id = $1 and id = $2", delegate.resident_id, delegate.id
    )
    await world.rows("update visit set expires_at = $3 where resident_id = $1 and id = $2", old.resident_id, old.id, world.now)
    card = await world.value("select id from card where resident_id = $1", person.resident_id)

    def named(key: Key) -> str:
        return public("V", key.id, key.resident_id)

    refused: list[tuple[dict[str, Any], Refusal]] = [
        ({"visit_id": named(elsewhere)}, NotFound("visit_id")),
        ({"visit_id": "x"}, NotFound("visit_id")),
        ({"visit_id": named(old)}, VisitExpired("visit_id")),
        ({"visit_id": named(delegate)}, WrongState("visit_id")),
        ({"visit_id": named(patient.visit)}, WrongState("visit_id")),
        ({"card_id": public("C", card, person.resident_id)}, NotFound("card_id")),
        ({"card_id": "x"}, NotFound("card_id")),
        ({"reason": " "}, InvalidInput("reason")),
    ]
    for changes, refusal in refused:
        with pytest.raises(type(refusal)) as caught:
            await patient.bind(person, **changes)
        assert caught.value.field == refusal.field
    with pytest.raises(WrongState):
        await patient.undo()
    with pytest.raises(InvalidInput):
        await patient.undo(reason="")
    await patient.bind(person)
    with pytest.raises(Conflict):
        await patient.bind(await world.resident())


async def test_of_many_who_bind_it_at_once_one_does(patient: Unknown) -> None:
    world = patient.world
    people = [await world.resident() for _ in range(6)]
    visits = [await world.verify(patient.hospital, await world.present(person)) for person in people]
    given: dict[str, Any] = {"card_id": patient.card_id, "reason": "家属到场"}
    done = await asyncio.gather(
        *(
            world.change(temporary_cards.bind_temporary_card, patient.hospital, visit_id=public("V", v.id, v.resident_id), **given)
            for v in visits
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 5 + ["Made"]
    (row,) = await world.rows("select bound_to from card_binding where resident_id = $1", patient.id)
    assert [one[0] for one in await patient.carers()] == [row["bound_to"]]
