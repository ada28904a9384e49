"""What of a resident's identity changes later."""

from typing import Any

import pytest

from domain import citizen_number
from domain.enums import DocumentType, Sex, VerificationPurpose
from domain.refusals import (
    Forbidden,
    IdentityNotVerified,
    InvalidInput,
    NotFound,
    PhoneInUse,
    Refusal,
    WrongVerificationCode,
)
from domain.viewer import Viewer
from resolvers import residents
from resolvers.transaction import Made
from tests.resolvers.world import World, public, somebody


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
    person = somebody()
    viewer = await world.resident(person)
    # Born on the same day, and of the same sex.
    victim = somebody(number=citizen_number.complete(f"{person.number[:14]}{(int(person.number[14:17]) + 2) % 1000:03d}"))
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
