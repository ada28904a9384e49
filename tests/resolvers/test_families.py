"""Who cares for whom: how it begins."""

import asyncio
import os
from datetime import date, timedelta

import pytest

from domain.enums import CareScope, DocumentType, Relationship, Sex, VerificationPurpose
from domain.families import PLACES, of_age_at
from domain.refusals import (
    IdentityNotVerified,
    InvalidInput,
    PhoneInUse,
    RateLimited,
    Refusal,
    TooManyCarers,
    VerificationCodeExpired,
    WrongVerificationCode,
)
from domain.viewer import Viewer
from outside.identity import Confirmation
from tests.resolvers.household import add, adult, agreed, asked, carers_of, child_of, guardian, id_of, newborn_of
from tests.resolvers.world import World, somebody

CARERS = int(os.environ.get("PROOF_CARERS", "24"))


async def test_a_guardian_adds_a_child_who_gets_a_card(world: World) -> None:
    parent = somebody()
    carer, child = await world.resident(parent), child_of(world, parent)
    key = await add(world, carer, asked(child, [CareScope.RECORDS, CareScope.CARD]))
    assert key.resident_id == carer.resident_id
    (row,) = await carers_of(world, child)
    assert (row["id"], row["carer_id"], row["place"]) == (key.id, carer.resident_id, 1)
    assert (row["carer_name"], row["relationship"], row["scopes"]) == (parent.name, "CHILD", ["CARD", "RECORDS"])
    assert row["expires_at"] == of_age_at(date.fromisoformat(child.number[6:14]))
    (member,) = await world.rows("select * from family_member where resident_id = $1", carer.resident_id)
    same = ("id", "relationship", "scopes", "created_at", "expires_at")
    assert member == {"resident_id": carer.resident_id, "member_id": row["resident_id"], **{name: row[name] for name in same}}
    assert await world.value("select count(*) from card where resident_id = $1 and status = 'ACTIVE'", row["resident_id"]) == 1
    assert await world.value("select phone_sealed from resident where resident_id = $1", row["resident_id"]) is None
    actions = "select action from audit where subject_id = $1 and actor_id = $2"
    done = sorted(entry["action"] for entry in await world.rows(actions, row["resident_id"], carer.resident_id))
    assert done == ["card.issued", "carer.added"]


async def test_a_child_of_others_is_not_added(world: World) -> None:
    """The same answer for a child that nobody knows, that has a card, and whose number is wrong."""
    parent, other = somebody(), somebody()
    carer, stranger = await world.resident(parent), await world.resident(other)
    known, unknown = child_of(world, parent), child_of(world, parent)
    await add(world, carer, asked(known))
    for child in (known, unknown, somebody(number=unknown.number, name="王小红")):
        with pytest.raises(IdentityNotVerified) as refused:
            await add(world, stranger, asked(child))
        assert refused.value.field is None
    assert len(await carers_of(world, known)) == 1


async def test_a_name_and_a_number_add_no_adult(world: World) -> None:
    """Not without their phone, not with somebody else's, and not by saying that they are a child."""
    victim, thief = adult(world), somebody()
    carer = await world.resident(thief)
    with pytest.raises(InvalidInput) as refused:
        await add(world, carer, asked(victim))
    assert refused.value.field == ("phone",)
    given = await agreed(world, victim)
    with pytest.raises(InvalidInput) as refused:
        await add(world, carer, {**given, "verification_code": None})
    assert refused.value.field == ("verification_code",)
    with pytest.raises(IdentityNotVerified):
        await add(world, carer, {**await agreed(world, thief), **asked(victim)})
    with pytest.raises(InvalidInput):
        await add(world, carer, asked(victim, birth_date=world.now.date()))


async def test_an_adult_with_a_passport_is_not_added_as_a_child(world: World) -> None:
    parent = somebody()
    carer = await world.resident(parent)
    number = "E" + str(somebody().phone)[3:]
    ward = adult(world, document_type=DocumentType.PASSPORT, number=number, guardians=guardian(parent))
    world.registry.told = Confirmation(Sex.MALE, date(1980, 1, 1))
    with pytest.raises(IdentityNotVerified):
        await add(world, carer, asked(ward, birth_date=world.now.date()))
    with pytest.raises(IdentityNotVerified):
        await add(world, carer, asked(ward))
    await add(world, carer, await agreed(world, ward))


async def test_what_is_missing_of_a_stranger_is_not_asked_for(world: World) -> None:
    """That the registry has no sex of who is asked about would tell that it knows them."""
    parent = somebody()
    carer, stranger = await world.resident(parent), await world.resident()
    number = "T" + str(somebody().phone)[2:]
    child = somebody(document_type=DocumentType.BIRTH_CERTIFICATE, number=number, phone=None, guardians=guardian(parent))
    world.registry.people[number] = child
    with pytest.raises(IdentityNotVerified):
        await add(world, stranger, asked(child))
    with pytest.raises(InvalidInput) as refused:
        await add(world, carer, asked(child))
    assert refused.value.field == ("sex",)


async def test_an_adult_agrees_with_their_own_code(world: World) -> None:
    carer, parent = await world.resident(), adult(world)
    given = await agreed(world, parent, relationship=Relationship.PARENT)
    key = await add(world, carer, given)
    (row,) = await carers_of(world, parent)
    assert (row["id"], row["relationship"], row["expires_at"]) == (key.id, "PARENT", None)
    # The new resident signs in with that phone.
    made = await world.apply(parent)
    assert made.read_as is not None
    assert made.read_as.resident_id == row["resident_id"]
    with pytest.raises(VerificationCodeExpired):
        await add(world, await world.resident(), given)


async def test_a_code_for_signing_in_agrees_to_nothing(world: World) -> None:
    carer, parent = await world.resident(), adult(world)
    code = await world.code_for(str(parent.phone), VerificationPurpose.SIGN_IN)
    with pytest.raises(WrongVerificationCode):
        await add(world, carer, asked(parent, phone=parent.phone, verification_code=code))


async def test_wrong_codes_are_counted_though_each_is_refused(world: World) -> None:
    carer, parent = await world.resident(), adult(world)
    given = await agreed(world, parent)
    wrong = {**given, "verification_code": "000000" if given["verification_code"] != "000000" else "000001"}
    before = world.registry.asked
    for _ in range(5):
        with pytest.raises(WrongVerificationCode):
            await add(world, carer, wrong)
    with pytest.raises(VerificationCodeExpired):
        await add(world, carer, given)
    assert world.registry.asked == before


async def test_a_known_adult_keeps_card_and_phone(world: World) -> None:
    person = adult(world)
    known, carer = await world.resident(person), await world.resident()
    card = await world.value("select id from card where resident_id = $1", known.resident_id)
    await add(world, carer, await agreed(world, person))
    assert await world.rows("select id from card where resident_id = $1", known.resident_id) == [{"id": card}]
    # Whoever the registry names under another phone is not who signs in here.
    moved = adult(world, name=person.name, number=person.number)
    with pytest.raises(IdentityNotVerified) as refused:
        await add(world, carer, await agreed(world, moved))
    assert refused.value.field == ("phone",)


async def test_a_known_adult_without_a_phone_gets_theirs(world: World) -> None:
    parent = somebody()
    carer, child = await world.resident(parent), child_of(world, parent)
    await add(world, carer, asked(child))
    world.now = of_age_at(date.fromisoformat(child.number[6:14])) + timedelta(days=1)
    grown = adult(world, name=child.name, number=child.number)
    await add(world, carer, await agreed(world, grown))
    (row,) = await carers_of(world, child)
    assert row["expires_at"] is None
    masked = await world.value("select phone_masked from resident where resident_id = $1", row["resident_id"])
    assert masked == f"138****{str(grown.phone)[-4:]}"


async def test_a_childs_phone_is_proven_and_nobody_elses(world: World) -> None:
    parent = somebody()
    carer, child, other = await world.resident(parent), child_of(world, parent), child_of(world, parent)
    phone = str(somebody().phone)
    with pytest.raises(WrongVerificationCode):
        await add(world, carer, asked(child, phone=phone, verification_code="000000"))
    code = await world.code_for(phone, VerificationPurpose.ADD_FAMILY_MEMBER)
    await add(world, carer, asked(child, phone=phone, verification_code=code))
    assert await world.value("select phone_masked is not null from resident where resident_id = $1", await id_of(world, child))
    for taken in (phone, str(parent.phone)):
        code = await world.code_for(taken, VerificationPurpose.ADD_FAMILY_MEMBER)
        with pytest.raises(PhoneInUse):
            await add(world, carer, asked(other, phone=taken, verification_code=code))
    assert await id_of(world, other) is None


async def test_a_person_is_born_once(world: World) -> None:
    parent = somebody()
    carer, child = await world.resident(parent), newborn_of(world, parent)
    await add(world, carer, asked(child))
    world.registry.told = Confirmation(Sex.FEMALE, world.now.date() - timedelta(days=1))
    with pytest.raises(IdentityNotVerified):
        await add(world, carer, asked(child, [CareScope.RECORDS]))
    (row,) = await carers_of(world, child)
    assert row["scopes"] == ["CARD"]


async def test_nobody_cares_for_themself(world: World) -> None:
    person = adult(world)
    viewer = await world.resident(person)
    with pytest.raises(InvalidInput) as refused:
        await add(world, viewer, await agreed(world, person))
    assert refused.value.field == ("document",)


@pytest.mark.parametrize(("field", "value"), [("scopes", []), ("expires_at", World.now), ("full_name", "王")])
async def test_input_is_judged_before_the_registry_is_asked(world: World, field: str, value: object) -> None:
    parent = somebody()
    carer, child = await world.resident(parent), child_of(world, parent)
    before = world.registry.asked
    with pytest.raises(InvalidInput) as refused:
        await add(world, carer, {**asked(child), field: value})
    assert (refused.value.field, world.registry.asked) == ((field,), before)


async def test_again_it_replaces_scopes_end_and_relationship(world: World) -> None:
    parent, other = somebody(), somebody()
    carer, child = await world.resident(parent), child_of(world, parent, other)
    first = await add(world, carer, asked(child, [CareScope.CARD, CareScope.BILLS]))
    await add(world, await world.resident(other), asked(child))
    until = world.now + timedelta(days=30)
    again = await add(world, carer, asked(child, [CareScope.RECORDS], relationship=Relationship.OTHER, expires_at=until))
    assert again == first
    row, untouched = await carers_of(world, child)
    assert (row["scopes"], row["relationship"], row["expires_at"], row["place"]) == (["RECORDS"], "OTHER", until, 1)
    assert untouched["scopes"] == ["CARD"]
    (member,) = await world.rows("select * from family_member where resident_id = $1", carer.resident_id)
    assert (member["id"], member["scopes"], member["relationship"], member["expires_at"]) == (first.id, ["RECORDS"], "OTHER", until)


async def test_eight_care_for_one_however_many_ask_at_once(world: World) -> None:
    people = [somebody() for _ in range(CARERS)]
    crowd, child = [await world.resident(person) for person in people], child_of(world, *people)

    async def try_to(viewer: Viewer) -> str:
        try:
            await add(world, viewer, asked(child))
        except Refusal as refusal:
            return refusal.code
        return "added"

    outcomes = await asyncio.gather(*map(try_to, crowd))
    assert sorted(outcomes) == sorted(["added"] * PLACES + ["TOO_MANY_CARERS"] * (CARERS - PLACES))
    rows = await carers_of(world, child)
    assert sorted(row["place"] for row in rows) == list(range(1, PLACES + 1))
    assert len({row["resident_id"] for row in rows}) == 1
    mirrored = "select count(*) from family_member where member_id = $1 and resident_id = any($2)"
    assert await world.value(mirrored, rows[0]["resident_id"], [viewer.resident_id for viewer in crowd]) == PLACES
    assert await world.value("select count(*) from card where resident_id = $1", rows[0]["resident_id"]) == 1


async def test_a_place_that_is_over_is_free(world: World) -> None:
    people = [somebody() for _ in range(PLACES + 2)]
    crowd, child = [await world.resident(person) for person in people], child_of(world, *people)
    for index, viewer in enumerate(crowd[:PLACES]):
        until = world.now + timedelta(days=1) if index == 2 else None
        await add(world, viewer, asked(child, expires_at=until))
    with pytest.raises(TooManyCarers):
        await add(world, crowd[PLACES], asked(child))
    await add(world, crowd[0], asked(child, [CareScope.BILLS]))
    world.later(days=1)
    await add(world, crowd[PLACES], asked(child))
    rows = await carers_of(world, child)
    assert [row["place"] for row in rows] == [1, 2, 4, 5, 6, 7, 8, 3]
    assert await world.rows("select id from family_member where resident_id = $1", crowd[2].resident_id) == []
    ended = "select count(*) from audit where subject_id = $1 and action = 'carer.expired'"
    assert await world.value(ended, rows[0]["resident_id"]) == 1


async def test_the_registry_is_not_asked_without_end(world: World) -> None:
    viewer, children = await world.resident(), [child_of(world) for _ in range(11)]
    for child in children[:-1]:
        with pytest.raises(IdentityNotVerified):
            await add(world, viewer, asked(child))
    with pytest.raises(RateLimited):
        await add(world, viewer, asked(children[-1]))
