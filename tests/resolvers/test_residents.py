"""Applying for a card, and what of a resident's identity changes later."""

import asyncio
from typing import Any

import pytest

from domain import citizen_number
from domain.enums import DocumentType, Sex, VerificationPurpose
from domain.refusals import (
    Conflict,
    Forbidden,
    IdentityNotVerified,
    InvalidDocument,
    InvalidInput,
    NotFound,
    PhoneInUse,
    ProviderUnavailable,
    Refusal,
    VerificationCodeExpired,
    WrongVerificationCode,
)
from domain.viewer import Viewer
from resolvers import cards, residents
from resolvers.transaction import Made
from tests.resolvers.world import World, public, somebody


async def test_application_makes_a_resident_a_card_and_its_files(world: World) -> None:
    person = somebody()
    made = await world.apply(person)
    card, session, reader = made.fields["card"], made.fields["session"], made.read_as
    assert reader is not None
    assert (reader.resident_id, reader.name) == (card.resident_id, person.name)
    assert reader.scopes == {"card:read", "card:write"}
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


async def update(world: World, viewer: Viewer, **given: Any) -> Made:
    return await world.change(residents.update_resident, viewer, residents.before_update_resident, **given)


async def test_a_new_phone_signs_in_and_the_old_one_no_longer(world: World) -> None:
    person, other = somebody(), somebody()
    viewer = await world.resident(person)
    code = await world.code_for(str(other.phone), VerificationPurpose.CHANGE_PHONE)
    made = await update(world, viewer, phone=other.phone, verification_code=code)
    assert set(made.fields["resident"]) == {viewer.resident_id}
    masked = await world.value("select phone_masked from resident where resident_id = $1", viewer.resident_id)
    assert masked == f"138****{str(other.phone)[-4:]}"
    # The old phone is free for somebody else, the new one is not.
    await world.apply(somebody(phone=person.phone))
    with pytest.raises(PhoneInUse):
        await world.apply(somebody(phone=other.phone))


async def test_a_code_for_signing_in_changes_no_phone(world: World) -> None:
    viewer, phone = await world.resident(), str(somebody().phone)
    code = await world.code_for(phone)
    with pytest.raises(WrongVerificationCode):
        await update(world, viewer, phone=phone, verification_code=code)


async def test_a_phone_of_somebody_else_cannot_be_taken(world: World) -> None:
    viewer, other = await world.resident(), somebody()
    await world.resident(other)
    code = await world.code_for(str(other.phone), VerificationPurpose.CHANGE_PHONE)
    with pytest.raises(PhoneInUse):
        await update(world, viewer, phone=other.phone, verification_code=code)
    with pytest.raises(InvalidInput) as refused:
        await update(world, viewer, phone=other.phone)
    assert refused.value.field == ("verification_code",)


async def test_a_renewed_document_is_checked_anew_and_the_former_kept(world: World) -> None:
    person = somebody(document_type=DocumentType.PASSPORT, number="E" + str(somebody().phone)[3:])
    born = {"sex": Sex.MALE, "birth_date": world.now.date()}
    viewer = (await world.apply(person, **born)).read_as
    assert viewer is not None
    renewed = somebody(document_type=DocumentType.PASSPORT, number="G" + str(somebody().phone)[3:], phone=person.phone)
    world.later(minutes=1)
    with pytest.raises(IdentityNotVerified):
        await update(world, viewer, document=renewed.document)
    world.registry.people[renewed.number] = renewed
    await update(world, viewer, document=renewed.document)
    (former,) = await world.rows("select * from former_document where resident_id = $1", viewer.resident_id)
    opened = world.tools.sealer.open(former["document_sealed"], "former_document", "document_sealed", former["resident_id"])
    assert opened == person.number
    cards_of = {(await world.apply(one, **born)).fields["card"] for one in (person, renewed)}
    assert len(cards_of) == 1


async def test_somebody_elses_document_cannot_be_taken(world: World) -> None:
    """A name and a number that the registry knows are not enough: the phone must be theirs too."""
    viewer, victim = await world.resident(), somebody()
    world.registry.people[victim.number] = victim
    with pytest.raises(IdentityNotVerified):
        await update(world, viewer, full_name=victim.name, document=victim.document)


async def test_a_person_is_born_once(world: World) -> None:
    person = somebody()
    viewer = await world.resident(person)
    other = somebody(phone=person.phone)
    assert other.number[6:14] != person.number[6:14]
    world.registry.people[other.number] = other
    with pytest.raises(IdentityNotVerified):
        await update(world, viewer, document=other.document)


async def child_of(world: World, guardian_number: str | None) -> Viewer:
    """A newborn without a phone, entered by hand as AddFamilyMember would."""
    certificate = somebody(document_type=DocumentType.BIRTH_CERTIFICATE, number="T" + str(somebody().phone)[2:])
    born = {"sex": Sex.FEMALE, "birth_date": world.now.date()}
    viewer = (await world.apply(certificate, **born)).read_as
    assert viewer is not None
    async with world.pool.transaction() as connection:
        await connection.execute(
            "update resident set phone_sealed = null, phone_masked = null where resident_id = $1", viewer.resident_id
        )
    return viewer


@pytest.mark.parametrize("is_guardian", [True, False])
async def test_a_guardian_gives_a_child_its_first_number(world: World, is_guardian: bool) -> None:
    parent = somebody()
    carer, child = await world.resident(parent), await child_of(world, parent.number)
    await world.care_for(child, carer, "CARD")
    number = f"{world.now:%Y%m%d}"
    guardians = (f"CITIZEN:{parent.number}",) if is_guardian else ()
    first = somebody(
        number=citizen_number.complete(f"440304{number}{int(str(parent.phone)[-3:]) // 2 * 2:03d}"), phone=None, guardians=guardians
    )
    world.registry.people[first.number] = first
    assert child.resident_id is not None
    given = {"resident_id": public("R", child.resident_id), "document": first.document}
    if is_guardian:
        await update(world, carer, **given)
        masked = await world.value("select document_masked from resident where resident_id = $1", child.resident_id)
        assert masked[-4:] == first.number[-4:]
    else:
        with pytest.raises(IdentityNotVerified):
            await update(world, carer, **given)


async def test_a_carer_takes_no_phone_away(world: World) -> None:
    carer, parent = await world.resident(), await world.resident()
    await world.care_for(parent, carer, "CARD")
    phone = str(somebody().phone)
    code = await world.code_for(phone, VerificationPurpose.CHANGE_PHONE)
    assert parent.resident_id is not None
    with pytest.raises(Forbidden):
        await update(world, carer, resident_id=public("R", parent.resident_id), phone=phone, verification_code=code)


@pytest.mark.parametrize(("scopes", "refusal"), [(None, NotFound), (("BILLS",), Forbidden)])
async def test_only_a_carer_with_the_scope_changes_anothers_identity(
    world: World, scopes: tuple[str, ...] | None, refusal: type[Refusal]
) -> None:
    viewer, other = await world.resident(), await world.resident()
    if scopes is not None:
        await world.care_for(other, viewer, *scopes)
    assert other.resident_id is not None
    with pytest.raises(refusal):
        await update(world, viewer, resident_id=public("R", other.resident_id), full_name="王大明")


async def test_a_used_code_opens_nothing_new(world: World) -> None:
    person = somebody()
    code = await world.code_for(str(person.phone))
    await world.apply(person, verification_code=code)
    with pytest.raises(VerificationCodeExpired):
        await world.apply(person, verification_code=code)
