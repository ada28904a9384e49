"""Who cares for whom: how it ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.enums import CareScope, VerificationPurpose
from domain.refusals import Forbidden, NotFound
from resolvers import cards, residents
from tests.resolvers.household import add, asked, carers_of, child_of, remove
from tests.resolvers.world import Person, World, public, somebody


@pytest.fixture
async def family(world: World) -> tuple[World, Person, list[Person]]:
    """A child with a phone of its own, and two parents who care for it."""
    parents = [somebody(), somebody()]
    child, phone = child_of(world, *parents), str(somebody().phone)
    for index, parent in enumerate(parents):
        code = await world.code_for(phone, VerificationPurpose.ADD_FAMILY_MEMBER)
        given: dict[str, Any] = {"phone": phone, "verification_code": code} if index == 0 else {}
        await add(world, await world.resident(parent), asked(child, **given))
    world.registry.people[child.number] = Person(child.name, child.document_type, child.number, phone, child.guardians)
    return world, world.registry.people[child.number], parents


@pytest.mark.parametrize("letter", ["M", "k"])
@pytest.mark.parametrize("who", ["carer", "child", "other carer"])
async def test_each_whom_it_concerns_ends_it(family: tuple[World, Person, list[Person]], who: str, letter: str) -> None:
    world, child, parents = family
    people = {"carer": parents[0], "child": child, "other carer": parents[1]}
    viewer = await world.resident(people[who])
    row, kept = await carers_of(world, child)
    owner = row["carer_id"] if letter == "M" else row["resident_id"]
    made = await remove(world, viewer, letter, row["id"], owner)
    assert made.fields == {"removed_id": public(letter, row["id"], owner)}
    assert await carers_of(world, child) == [kept]
    assert await world.rows("select id from family_member where resident_id = $1", row["carer_id"]) == []
    audited = "select actor_id from audit where subject_id = $1 and object_id = $2 and action = 'carer.removed'"
    assert await world.value(audited, row["resident_id"], row["id"]) == viewer.resident_id
    with pytest.raises(NotFound):
        await remove(world, viewer, letter, row["id"], owner)
    # From then on the carer may do nothing.
    gone = await world.resident(parents[0])
    with pytest.raises(NotFound):
        await world.change(cards.suspend_card, gone, resident_id=public("R", row["resident_id"]))


@pytest.mark.parametrize("letter", ["M", "k"])
async def test_nobody_else_ends_it(family: tuple[World, Person, list[Person]], letter: str) -> None:
    world, child, parents = family
    row, other = await carers_of(world, child)
    await add(world, await world.resident(parents[1]), asked(child, [CareScope.BILLS]))
    stranger, narrow = await world.resident(), await world.resident(parents[1])
    owner = row["carer_id"] if letter == "M" else row["resident_id"]
    for viewer, refusal in ((stranger, NotFound), (narrow, Forbidden)):
        with pytest.raises(refusal):
            await remove(world, viewer, letter, row["id"], owner)
    for forged in ((row["id"], stranger.resident_id), (other["id"], row["carer_id"] if letter == "M" else other["carer_id"])):
        with pytest.raises(NotFound):
            await remove(world, stranger, letter, *forged)
    assert len(await carers_of(world, child)) == 2


async def test_who_has_expired_ends_nothing(world: World) -> None:
    parent, other = somebody(), somebody()
    carer, child = await world.resident(parent), child_of(world, parent, other)
    await add(world, carer, asked(child, expires_at=world.now + timedelta(hours=1)))
    await add(world, await world.resident(other), asked(child))
    mine, others = await carers_of(world, child)
    world.later(hours=1)
    for row in (mine, others):
        with pytest.raises(NotFound):
            await remove(world, carer, "k", row["id"], row["resident_id"])


async def test_a_carers_new_name_is_seen_by_those_cared_for(world: World) -> None:
    parent = somebody()
    carer, child = await world.resident(parent), child_of(world, parent)
    await add(world, carer, asked(child))
    world.registry.people[parent.number] = Person("王大明", parent.document_type, parent.number, parent.phone)
    await world.change(residents.update_resident, carer, residents.before_update_resident, full_name="王大明")
    (row,) = await carers_of(world, child)
    assert row["carer_name"] == "王大明"


async def test_who_applies_with_a_phone_of_their_own_signs_out_whoever_had_the_other_one(
    family: tuple[World, Person, list[Person]],
) -> None:
    """A parent who has the phone of who was a child would else be signed in as the adult for as long as they like."""
    world, child, _ = family
    parent = await world.resident(child)
    same = await world.resident(child)
    grown = world.registry.people[child.number] = replace(child, phone=str(somebody().phone))
    made = await world.apply(grown)
    assert made.read_as is not None
    rows = await world.rows("select id from session where resident_id = $1 and ended_at is null", parent.resident_id)
    assert [row["id"] for row in rows] == [made.read_as.session_id]
    for viewer in (parent, same):
        revoked = "select count(*) from revocation where subject = $1"
        assert await world.value(revoked, viewer.session_id) == 1
