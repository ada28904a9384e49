"""Applying for a card."""

import asyncio

import pytest

from domain.enums import DocumentType, Sex
from domain.refusals import (
    Conflict,
    IdentityNotVerified,
    InvalidDocument,
    InvalidInput,
    NotFound,
    PhoneInUse,
    ProviderUnavailable,
    VerificationCodeExpired,
    WrongVerificationCode,
)
from domain.scopes import OF_RESIDENTS
from resolvers import cards
from tests.resolvers.world import World, public, somebody


async def test_application_makes_a_resident_a_card_and_its_files(world: World) -> None:
    person = somebody()
    made = await world.apply(person)
    card, session, reader = made.fields["card"], made.fields["session"], made.read_as
    assert reader is not None
    assert (reader.resident_id, reader.name) == (card.resident_id, person.name)
    assert reader.scopes == OF_RESIDENTS
    (stored,) = await world.rows("select * from card where resident_id = $1", card.resident_id)
    assert (stored["id"], stored["status"], stored["app_id"]) == (card.id, "ACTIVE", world.app_id)
    files = await world.rows(
        "select format, status, key, subject_id from file where resident_id = $1 order by format", card.resident_id
    )
    assert [(file["format"], file["status"], file["subject_id"]) for file in files] == [
        ("PNG", "PENDING", card.id),
        ("SVG", "PENDING", card.id),
    ]
    assert await world.value("select count(*) from file_key where key = any($1)", [file["key"] for file in files]) == 2
    jobs = await world.rows(
        "select args from outbox where job = 'render_file' and args->>'resident_id' = $1", str(card.resident_id)
    )
    assert len(jobs) == 2
    (head,) = await world.rows("select entries, digest from log_head where resident_id = $1", card.resident_id)
    assert head == {"entries": 0, "digest": bytes(32)}
    assert session["expires_at"] > world.now


async def test_nothing_that_identifies_is_stored_in_clear(world: World) -> None:
    person = somebody()
    key = (await world.apply(person)).fields["card"]
    (row,) = await world.rows("select * from resident where resident_id = $1", key.resident_id)
    text = repr(row)
    assert person.number not in text
    assert str(person.phone) not in text
    assert row["document_masked"].startswith("440")
    assert (row["sex"] in ("MALE", "FEMALE"), row["birth_date"].isoformat().replace("-", "")) == (True, person.number[6:14])


async def test_a_second_application_returns_the_same_card(world: World) -> None:
    person = somebody()
    first = await world.apply(person)
    world.later(minutes=1)
    second = await world.apply(person)
    assert second.fields["card"] == first.fields["card"]
    assert second.fields["session"]["refresh_token"] != first.fields["session"]["refresh_token"]


async def test_applications_at_the_same_time_return_the_same_card(world: World) -> None:
    person = somebody()
    code = await world.code_for(str(person.phone))
    world.registry.meeting = asyncio.Barrier(4)
    made = await asyncio.gather(*(world.apply(person, verification_code=code) for _ in range(4)))
    assert len({one.fields["card"] for one in made}) == 1
    assert await world.value("select count(*) from card where resident_id = $1", made[0].fields["card"].resident_id) == 1


async def test_a_suspended_card_is_returned_and_a_closed_one_is_followed_by_a_new_one(world: World) -> None:
    person = somebody()
    viewer = await world.resident(person)
    await world.change(cards.suspend_card, viewer)
    world.later(minutes=1)
    suspended = (await world.apply(person)).fields["card"]
    await world.change(cards.close_card, viewer, reason="离开本市")
    world.later(minutes=1)
    new = (await world.apply(person)).fields["card"]
    assert new.id != suspended.id
    statuses = await world.rows("select status from card where resident_id = $1 order by id", viewer.resident_id)
    assert [row["status"] for row in statuses] == ["CLOSED", "ACTIVE"]


async def test_who_is_not_confirmed_gets_no_card_and_may_try_again_with_the_same_code(world: World) -> None:
    person = somebody()
    world.registry.people[person.number] = person
    code = await world.code_for(str(person.phone))
    with pytest.raises(IdentityNotVerified):
        await world.apply(person, full_name="李小红", verification_code=code)
    made = await world.apply(person, verification_code=code)
    assert made.fields["card"]


async def test_who_has_not_the_phone_asks_no_registry(world: World) -> None:
    person = somebody()
    await world.code_for(str(person.phone))
    asked = world.registry.asked
    with pytest.raises(WrongVerificationCode):
        await world.apply(person, verification_code="no code")
    assert world.registry.asked == asked


async def test_silence_of_the_registry_says_when_to_try_again(world: World) -> None:
    world.registry.is_down = True
    with pytest.raises(ProviderUnavailable) as refused:
        await world.apply(somebody())
    assert refused.value.retry_at is not None
    assert refused.value.retry_at > world.now


async def test_a_phone_signs_in_one_resident(world: World) -> None:
    first = somebody()
    await world.apply(first)
    with pytest.raises(PhoneInUse) as refused:
        await world.apply(somebody(phone=first.phone))
    assert refused.value.field == ("phone",)


async def test_a_social_security_number_is_one_residents(world: World) -> None:
    foreigners = [somebody(document_type=DocumentType.PASSPORT, number="E" + str(somebody().phone)[3:]) for _ in range(2)]
    born = {"sex": Sex.FEMALE, "birth_date": world.now.date(), "social_security_number": f"USA{somebody().phone}2026"}
    await world.apply(foreigners[0], **born)
    with pytest.raises(Conflict) as refused:
        await world.apply(foreigners[1], **born)
    assert refused.value.field == ("social_security_number",)


@pytest.mark.parametrize("missing", ["sex", "birth_date"])
async def test_what_the_document_does_not_tell_must_be_given(world: World, missing: str) -> None:
    person = somebody(document_type=DocumentType.PASSPORT, number="E" + str(somebody().phone)[3:])
    born = {"sex": Sex.FEMALE, "birth_date": world.now.date()}
    del born[missing]
    with pytest.raises(InvalidInput) as refused:
        await world.apply(person, **born)
    assert refused.value.field == (missing,)


async def test_the_app_must_be_one_in_which_residents_sign_in(world: World) -> None:
    institution = await world.institution()
    assert institution.client_id is not None
    for client_id in ("nonsense", public("L", institution.client_id), public("A", world.app_id)):
        with pytest.raises(NotFound) as refused:
            await world.apply(somebody(), client_id=client_id)
        assert refused.value.field == ("client_id",)
    made = await world.apply(somebody(), client_id=public("L", world.client_id))
    assert await world.value("select app_id from session where resident_id = $1", made.fields["card"].resident_id) == world.app_id
    made = await world.apply(somebody(), client_id=None)
    app_id = await world.value("select app_id from session where resident_id = $1", made.fields["card"].resident_id)
    assert app_id == await world.value("select id from app where kind = 'CITY_APP' order by id limit 1")


async def test_a_wrong_document_is_told_before_a_try_is_counted(world: World) -> None:
    person = somebody()
    code = await world.code_for(str(person.phone))
    for _ in range(6):
        with pytest.raises(InvalidDocument):
            await world.apply(person, document={"type": "RESIDENT_ID", "number": "1"}, verification_code=code)
    assert (await world.apply(person, verification_code=code)).fields["card"]


async def test_of_two_people_with_one_phone_and_one_code_one_gets_a_card(world: World) -> None:
    one = somebody()
    two = somebody(phone=one.phone)
    code = await world.code_for(str(one.phone))
    world.registry.meeting = asyncio.Barrier(2)
    done = await asyncio.gather(*(world.apply(person, verification_code=code) for person in (one, two)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Made", "VerificationCodeExpired"]


async def test_a_used_code_opens_nothing_new(world: World) -> None:
    person = somebody()
    code = await world.code_for(str(person.phone))
    await world.apply(person, verification_code=code)
    with pytest.raises(VerificationCodeExpired):
        await world.apply(person, verification_code=code)
