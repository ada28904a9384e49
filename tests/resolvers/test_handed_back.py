"""What whoever had a temporary card bound by mistake is left with once that is undone: nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.pool import Pool
from domain.enums import CodeForm, ExportFormat, VerificationPurpose
from domain.refusals import Forbidden, InvalidCode
from domain.viewer import Viewer
from resolvers import cards, exports, residents
from tests.resolvers.hospital import publish
from tests.resolvers.laboratory import Laboratory
from tests.resolvers.pharmacy import Pharmacy, paying_world
from tests.resolvers.strangers import Unknown, unknown
from tests.resolvers.test_consents import grant
from tests.resolvers.world import World, public, somebody


@pytest.fixture
async def world(pool: Pool) -> World:
    return await paying_world(pool)


@pytest.fixture
async def patient(world: World) -> Unknown:
    return await unknown(world)


@pytest.mark.parametrize("what", ["phone", "full_name"])
async def test_nobody_becomes_the_patient_by_giving_them_a_phone_or_another_name(patient: Unknown, what: str) -> None:
    """With a phone they would sign in as the patient, for ever."""
    world, person = patient.world, await patient.world.resident()
    await patient.bind(person)
    given: dict[str, Any] = {"resident_id": public("R", patient.id)}
    if what == "phone":
        phone = str(somebody().phone)
        given |= {"phone": phone, "verification_code": await world.code_for(phone, VerificationPurpose.CHANGE_PHONE)}
    else:
        given |= {"full_name": "王大明"}
    before = await patient.row("resident")
    with pytest.raises(Forbidden) as refused:
        await world.change(residents.update_resident, person, residents.before_update_resident, **given)
    assert refused.value.field == ("resident_id",)
    assert await patient.row("resident") == before


async def handed_out(patient: Unknown, person: Viewer, by: str) -> str:
    """The person hands out all that they can of the patient: the code of a delegate."""
    world, hospital = patient.world, patient.hospital
    them: dict[str, Any] = {"resident_id": by}
    (author,) = await world.rows("select id from doctor where institution_id = $1 and code = 'M1'", hospital.institution_id)
    doctor, who = public("H", author["id"]), Viewer(person.kind, resident_id=patient.id)
    laboratory = Laboratory(world, hospital, who, patient.visit, doctor)
    await laboratory.share(await laboratory.publish(), by=person, expires_at=world.now + timedelta(days=2))
    await grant(world, person, hospital, **them)
    await world.change(cards.print_card, person, form=CodeForm.PLATFORM, **them)
    await world.change(exports.export_health_record, person, format=ExportFormat.JSON, **them)
    pharmacy = Pharmacy(world, hospital, hospital, who, patient.visit, doctor)
    prescription = await pharmacy.issue(insured=Decimal("40"))
    return str((await pharmacy.delegate(prescription, by=person))["text"])


async def test_what_was_handed_out_ends_with_the_binding(patient: Unknown) -> None:
    world, person = patient.world, await patient.world.resident()
    await publish(world, patient.hospital)
    await patient.bind(person)
    code = await handed_out(patient, person, public("R", patient.id))
    # What the person handed out of themselves stays.
    await grant(world, person, patient.hospital)
    await world.change(cards.print_card, person, form=CodeForm.PLATFORM)
    await patient.undo()
    for table, ended in (("consent", 1), ("report_link", 1), ("printed_code", 1), ("file", 2)):
        sql = f"select resident_id from {table} where revoked_at is not null and resident_id = any($1)"
        ends = await world.rows(sql, [patient.id, person.resident_id])
        assert [row["resident_id"] for row in ends] == [patient.id] * ended, table
    report = await world.value("select revoked_at from file where resident_id = $1 and kind = 'REPORT'", patient.id)
    assert report is None
    with pytest.raises(InvalidCode):
        await world.verify(patient.hospital, code)
