"""Patients in hospital: admitted, moved, charged, and asked for deposits."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.pool import Pool
from domain.admissions import LATEST
from domain.enums import CareStep, CodePurpose
from domain.refusals import (
    BillNotPayable,
    Forbidden,
    InvalidInput,
    NotAcceptedHere,
    NotFound,
    RefundExceedsPayment,
    VisitExpired,
    WrongState,
)
from domain.times import shanghai_day
from resolvers import admissions
from tests.resolvers.stay import Stay, admit, new_stay
from tests.resolvers.world import public


@pytest.fixture
async def stay(pool: Pool) -> Stay:
    return await new_stay(pool)


async def test_a_patient_is_admitted_with_the_bill_of_a_deposit(stay: Stay) -> None:
    patient = await stay.world.resident()
    other = await admit(stay.world, stay.hospital, patient, deposit="500.50")
    row = await other.one("admission", other.admission.id)
    assert (row["status"], row["ward"], row["bed"], row["visit_id"]) == ("ADMITTED", "心内科 3 病区", "12", other.visit.id)
    (bill,) = await stay.world.rows("select * from bill where resident_id = $1", patient.resident_id)
    assert (bill["kind"], bill["status"], bill["care_setting"], bill["payable"]) == ("DEPOSIT", "UNPAID", "INPATIENT", 50_050)
    assert (bill["admission_id"], bill["number"]) == (other.admission.id, f"F{bill['id'].hex.upper()}")
    assert (await other.told("ADMITTED"), await other.told("BILL_ISSUED")) == (1, 1)
    await other.check()


async def test_who_pays_nothing_in_advance_has_no_bill(stay: Stay) -> None:
    sql = "select count(*) from bill where resident_id = $1 and admission_id = $2"
    assert await stay.world.value(sql, stay.patient, stay.admission.id) == 0


async def test_a_patient_lies_once_at_one_hospital(stay: Stay) -> None:
    with pytest.raises(WrongState):
        await admit(stay.world, stay.hospital, stay.resident, deposit="500")
    assert await stay.world.value("select count(*) from bill where resident_id = $1 and kind = 'DEPOSIT'", stay.patient) == 1
    await stay.discharge()
    assert (await admit(stay.world, stay.hospital, stay.resident)).admission != stay.admission


async def test_of_many_admissions_at_once_one_is_made(stay: Stay) -> None:
    patient = await stay.world.resident()
    visit = await stay.world.verify(stay.hospital, await stay.world.present(patient))
    tries = (admit(stay.world, stay.hospital, patient, "10", visit) for _ in range(8))
    made = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in made) == ["Stay", *["WrongState"] * 7]


async def test_a_card_opens_hospitalization_only_where_it_is_accepted(stay: Stay) -> None:
    clinic = await stay.world.institution(accepts_inpatient=False)
    with pytest.raises(NotAcceptedHere):
        await admit(stay.world, clinic, stay.resident)


async def test_the_visit_may_be_over_but_must_be_of_this_hospital_and_of_the_patient(stay: Stay) -> None:
    patient = await stay.world.resident()
    visit = await stay.world.verify(stay.hospital, await stay.world.present(patient))
    with pytest.raises(NotFound):
        await admit(stay.world, await stay.world.institution(), patient, visit=visit)
    with pytest.raises(Forbidden):
        await admit(stay.world, patient, patient, visit=visit)
    stay.world.later(days=1)
    assert (await admit(stay.world, stay.hospital, patient, visit=visit)).visit == visit


async def test_a_visit_of_long_ago_admits_nobody(stay: Stay) -> None:
    """It would let the hospital read what treating safely needs of whom it has not seen for years."""
    patient = await stay.world.resident()
    visit = await stay.world.verify(stay.hospital, await stay.world.present(patient))
    stay.world.later(seconds=(LATEST + stay.world.tools.visit_length).total_seconds())
    with pytest.raises(VisitExpired) as refused:
        await admit(stay.world, stay.hospital, patient, visit=visit)
    assert refused.value.field == ("visit_id",)


@pytest.mark.parametrize(
    ("changes", "field"), [({"ward": " "}, "ward"), ({"bed": "1" * 101}, "bed"), ({"deposit": Decimal("0.001")}, "deposit")]
)
async def test_what_is_wrong_of_an_admission_is_said(stay: Stay, changes: dict[str, Any], field: str) -> None:
    given = {"visit_id": public("V", stay.visit.id, stay.patient), "ward": "A", "bed": "1", "deposit": Decimal(0), **changes}
    with pytest.raises(InvalidInput) as refused:
        await stay.world.change(admissions.admit_patient, stay.hospital, **given)
    assert refused.value.field == (field,)


async def test_a_patient_is_moved_and_the_same_again_changes_nothing(stay: Stay) -> None:
    given: dict[str, Any] = {"admission_id": stay.id, "ward": "外科", "bed": "3"}
    for _ in range(2):
        await stay.world.change(admissions.transfer_patient, stay.hospital, **given)
    row = await stay.one("admission", stay.admission.id)
    assert (row["ward"], row["bed"]) == ("外科", "3")
    sql = "select count(*) from audit where subject_id = $1 and action = 'admission.transferred'"
    assert await stay.world.value(sql, stay.patient) == 1


async def test_only_the_hospital_itself_writes_of_a_stay_and_only_until_the_discharge(stay: Stay) -> None:
    other = await stay.world.institution()
    for act in (stay.charge, stay.ask, stay.discharge):
        with pytest.raises(NotFound):
            await act(by=other)
        with pytest.raises(Forbidden):
            await act(by=stay.resident)
    await stay.discharge()
    for act in (stay.charge, stay.ask, stay.discharge):
        with pytest.raises(WrongState):
            await act()


async def test_a_deposit_is_a_bill_like_any_other(stay: Stay) -> None:
    bill = await stay.ask("300")
    with pytest.raises(InvalidInput):
        await stay.ask("0")
    assert await stay.balance() == (0, False)
    await stay.pay(bill)
    assert (await stay.status(bill), await stay.balance()) == ("PAID", (30_000, False))
    with pytest.raises(BillNotPayable):
        await stay.start(bill)
    with pytest.raises(WrongState):
        await stay.cancel(bill)
    unpaid = await stay.ask("10")
    await stay.cancel(unpaid)
    assert (await stay.status(unpaid), await stay.balance()) == ("CANCELLED", (30_000, False))
    await stay.check()


async def test_what_goes_back_of_a_deposit_during_the_stay_is_left_no_more(stay: Stay) -> None:
    bill = await stay.deposit("300")
    await stay.refund(bill, "100")
    assert await stay.balance() == (20_000, False)
    assert await stay.end_refunds() == 1
    assert (await stay.status(bill), await stay.balance()) == ("PARTLY_REFUNDED", (20_000, False))
    with pytest.raises(RefundExceedsPayment):
        await stay.refund(bill, "200.01")
    await stay.check()


async def test_charges_are_counted_with_their_rounding(stay: Stay) -> None:
    third = stay.line("0.5", price=Decimal("3.33"))
    await stay.charge(third, third)
    await stay.charge(third)
    sql = "select amount from inpatient_charge where resident_id = $1 and admission_id = $2 order by id"
    amounts = [row["amount"] for row in await stay.world.rows(sql, stay.patient, stay.admission.id)]
    assert amounts == [167, 166, 167]  # 1.5 × 3.33 are 5.00, so the three are
    assert (await stay.one("admission", stay.admission.id))["charged"] == 500
    await stay.charge(stay.line("-1.5", price=Decimal("3.33")))
    assert (await stay.one("admission", stay.admission.id))["charged"] == 0


async def test_no_more_is_taken_back_than_was_charged(stay: Stay) -> None:
    await stay.charge(stay.line("2"))
    for lines in (
        [stay.line("-2.0001")],
        [stay.line("-1"), stay.line("-1.5")],
        [stay.line("-1", code="C2")],
        [stay.line("-1", price=Decimal("99.99"))],
    ):
        with pytest.raises(InvalidInput) as refused:
            await stay.charge(*lines)
        assert refused.value.field == ("charges", str(len(lines) - 1), "quantity")
    await stay.charge(stay.line("-1"), stay.line("3", code="C2"), stay.line("-3", code="C2"))
    assert (await stay.one("admission", stay.admission.id))["charged"] == 10_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal("0.00001")}, "quantity"),
        ({"quantity": Decimal(1_000_001)}, "quantity"),
        ({"unit_price": Decimal("-1")}, "unit_price"),
        ({"code": ""}, "code"),
        ({"name": "行\n行"}, "name"),
        ({"days": 1}, "charged_on"),
        ({"days": -1}, "charged_on"),
    ],
)
async def test_what_is_wrong_of_a_charge_is_said(stay: Stay, changes: dict[str, Any], field: str) -> None:
    days = changes.pop("days", 0)
    line = {**stay.line(), "charged_on": shanghai_day(stay.world.now) + timedelta(days=days), **changes}
    with pytest.raises(InvalidInput) as refused:
        await stay.charge(stay.line(), line)
    assert refused.value.field == ("charges", "1", field)
    assert (await stay.one("admission", stay.admission.id))["charged"] == 0


async def test_days_of_the_stay_are_charged_afterwards(stay: Stay) -> None:
    first = shanghai_day(stay.world.now)
    stay.world.later(days=2)
    await stay.charge(*(stay.line(charged_on=first + timedelta(days=n)) for n in range(3)))
    assert (await stay.one("admission", stay.admission.id))["charged"] == 30_000


async def test_a_list_has_one_line_to_two_hundred(stay: Stay) -> None:
    for many in (0, 201):
        with pytest.raises(InvalidInput):
            await stay.world.change(
                admissions.add_inpatient_charges, stay.hospital, admission_id=stay.id, charges=[stay.line()] * many
            )
    await stay.charge(*[stay.line("0.01")] * 200)
    assert (await stay.one("admission", stay.admission.id))["charged"] == 200_00


async def test_a_stay_costs_no_more_money_than_there_is(stay: Stay) -> None:
    dear = stay.line("1000000", price=Decimal("1000"))
    await stay.charge(dear)
    with pytest.raises(InvalidInput):
        await stay.charge(stay.line("1", code="C2"))


async def test_parallel_charges_all_count(stay: Stay) -> None:
    await asyncio.gather(*(stay.charge(stay.line(str(n))) for n in range(1, 9)))
    assert (await stay.one("admission", stay.admission.id))["charged"] == 36 * 10_000


async def test_low_deposits_are_warned_of_for_each_deposit(stay: Stay) -> None:
    await stay.charge(stay.line("1"))
    assert (await stay.balance(), await stay.told("DEPOSIT_LOW")) == ((-10_000, False), 1)  # that of the stay elsewhere
    await stay.deposit("1000")
    await stay.charge(stay.line("7"))
    assert (await stay.balance(), await stay.told("DEPOSIT_LOW")) == ((20_000, False), 1)
    await stay.charge(stay.line("0.0001"))
    assert (await stay.balance(), await stay.told("DEPOSIT_LOW")) == ((19_999, True), 2)
    second = await stay.deposit("100")
    await stay.charge(stay.line("1.5"))
    sql = "select args ->> 'occasion' as occasion from outbox where args ->> 'event' = 'DEPOSIT_LOW' and args ->> 'subject_id' = $1"
    occasions = [row["occasion"] for row in await stay.world.rows(f"{sql} order by id", str(stay.admission.id))]
    assert len(set(occasions)) == 2
    assert occasions[-1] == str(second.id)


async def test_a_cashier_sees_a_deposit_and_is_paid_it(stay: Stay) -> None:
    """A bill like any other: also at a window."""
    bill = await stay.ask()
    with pytest.raises(VisitExpired):
        await stay.start(bill, by=stay.hospital)
    await stay.world.verify(stay.hospital, await stay.world.present(stay.resident, CodePurpose.PAY), CareStep.PAY)
    await stay.learn(await stay.start(bill, by=stay.hospital))
    assert await stay.status(bill) == "PAID"
