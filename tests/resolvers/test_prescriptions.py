"""Prescriptions: issued with their bill, paid, made ready, taken back; other people's are always there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.pool import Pool
from domain.enums import CareStep
from domain.refusals import (
    AlreadyDispensed,
    AmountMismatch,
    BillUnpaid,
    Forbidden,
    InvalidInput,
    NotAcceptedHere,
    NotFound,
    Refusal,
    WrongState,
)
from tests.resolvers.pharmacy import INSURED, ITEMS, TOTAL, Pharmacy, open_pharmacy, paying_world
from tests.resolvers.world import World, public


@pytest.fixture
async def world(pool: Pool) -> World:
    return await paying_world(pool)


@pytest.fixture
async def pharmacy(world: World) -> Pharmacy:
    return await open_pharmacy(world)


async def test_it_is_issued_with_a_bill_of_its_own(pharmacy: Pharmacy) -> None:
    key = await pharmacy.issue()
    row, bill, now = await pharmacy.row(key), await pharmacy.bill(key), pharmacy.world.now
    assert (row["status"], row["issued_at"], row["expires_at"]) == ("ISSUED", now, now + timedelta(days=3))
    assert (row["institution_id"], row["pharmacy_id"]) == (pharmacy.hospital.institution_id, pharmacy.pharmacy.institution_id)
    assert (bill["kind"], bill["number"], bill["status"]) == ("PRESCRIPTION", f"F{bill['id'].hex.upper()}", "UNPAID")
    assert (bill["total"], bill["insured"], bill["self_paid"]) == (TOTAL, INSURED, TOTAL - INSURED)
    assert (bill["visit_id"], bill["institution_id"]) == (pharmacy.visit.id, pharmacy.hospital.institution_id)
    lines = await pharmacy.world.rows("select code, name, amount from bill_item where bill_id = $1 order by position", bill["id"])
    assert [tuple(line.values()) for line in lines] == [("A1", "阿莫西林胶囊", 2_500), ("MEDICINE", "布洛芬缓释胶囊", 1_500)]
    names = ("medicine", "dose", "route", "frequency", "days", "quantity", "unit")
    items = [{name: item[name] for name in names} for item in await pharmacy.items(key)]
    assert items == [{name: item[name] for name in names} for item in ITEMS]
    assert (await pharmacy.told(bill["id"]), await pharmacy.done("prescription.issued")) == (["BILL_ISSUED"], 2)


async def test_what_is_insured_whole_is_paid_and_what_is_free_has_no_bill(pharmacy: Pharmacy) -> None:
    insured = await pharmacy.issue(insured=Decimal("40"))
    assert (await pharmacy.bill(insured))["status"] == "PAID"
    free = await pharmacy.issue(items=[{**ITEMS[0], "unit_price": Decimal(0)}], insured=Decimal(0))
    assert (await pharmacy.row(free))["bill_id"] is None
    for key in (insured, free):
        await pharmacy.ready(key)
        assert (await pharmacy.row(key))["status"] == "READY"


async def test_without_a_pharmacy_the_hospital_hands_out_and_days_later_too(pharmacy: Pharmacy) -> None:
    pharmacy.world.later(days=2)
    key = await pharmacy.issue(pharmacy_id=None)
    assert (await pharmacy.row(key))["pharmacy_id"] == pharmacy.hospital.institution_id


BAD = [
    ({"items": []}, InvalidInput, ("items",)),
    ({"items": ITEMS * 101}, InvalidInput, ("items",)),
    ({"items": [ITEMS[0], {**ITEMS[1], "quantity": Decimal(0)}]}, InvalidInput, ("items", "1", "quantity")),
    ({"items": [{**ITEMS[1], "quantity": Decimal("0.00001")}]}, InvalidInput, ("items", "0", "quantity")),
    ({"items": [{**ITEMS[1], "unit_price": Decimal("0.001")}]}, InvalidInput, ("items", "0", "unit_price")),
    ({"items": [{**ITEMS[1], "days": 0}]}, InvalidInput, ("items", "0", "days")),
    ({"items": [{**ITEMS[1], "days": 367}]}, InvalidInput, ("items", "0", "days")),
    ({"items": [{**ITEMS[1], "medicine": " "}]}, InvalidInput, ("items", "0", "medicine")),
    ({"items": [{**ITEMS[1], "route": "口" * 101}]}, InvalidInput, ("items", "0", "route")),
    ({"insured": Decimal("40.01")}, AmountMismatch, ("insured",)),
    ({"insured": Decimal("-1")}, InvalidInput, ("insured",)),
    ({"visit_id": "x"}, NotFound, ("visit_id",)),
    ({"doctor_id": "x"}, NotFound, ("doctor_id",)),
    ({"pharmacy_id": "x"}, NotFound, ("pharmacy_id",)),
]


@pytest.mark.parametrize(("changes", "refusal", "field"), BAD)
async def test_what_is_not_right_is_refused(
    pharmacy: Pharmacy, changes: dict[str, Any], refusal: type[Refusal], field: tuple[str, ...]
) -> None:
    with pytest.raises(refusal) as refused:
        await pharmacy.issue(**changes)
    assert refused.value.field == field
    count = "select (select count(*) from prescription where visit_id = $1) + (select count(*) from bill where visit_id = $1)"
    assert await pharmacy.world.value(count, pharmacy.visit.id) == 0


async def test_only_the_institution_of_the_visit_prescribes_and_by_a_doctor_of_its_own(pharmacy: Pharmacy) -> None:
    with pytest.raises(NotFound):
        await pharmacy.issue(pharmacy.pharmacy)
    with pytest.raises(Forbidden):
        await pharmacy.issue(pharmacy.resident)
    (other,) = await pharmacy.world.rows(
        "select id from doctor where institution_id <> $1 limit 1", pharmacy.hospital.institution_id
    )
    with pytest.raises(NotFound) as refused:
        await pharmacy.issue(doctor_id=public("H", other["id"]))
    assert refused.value.field == ("doctor_id",)
    closed = await pharmacy.world.institution(care_steps=[CareStep.REGISTER])
    assert closed.institution_id is not None
    with pytest.raises(NotAcceptedHere):
        await pharmacy.issue(pharmacy_id=public("I", closed.institution_id))


async def test_only_what_is_paid_is_made_ready_and_only_by_its_pharmacy(pharmacy: Pharmacy) -> None:
    key = await pharmacy.issue()
    with pytest.raises(BillUnpaid):
        await pharmacy.ready(key)
    payment = await pharmacy.start_paying(key)
    with pytest.raises(BillUnpaid):
        await pharmacy.ready(key)
    await pharmacy.succeed(payment, TOTAL - INSURED)
    for viewer, refusal in ((pharmacy.hospital, NotFound), (pharmacy.resident, Forbidden)):
        with pytest.raises(refusal):
            await pharmacy.ready(key, viewer)
    await pharmacy.ready(key)
    at = pharmacy.world.now
    await pharmacy.ready(key)
    assert ((await pharmacy.row(key))["ready_at"], await pharmacy.told(key.id)) == (at, ["PRESCRIPTION_READY"])
    assert await pharmacy.done("prescription.ready") == 1


async def test_taken_back_unpaid_its_bill_is_cancelled_and_again_changes_nothing(pharmacy: Pharmacy) -> None:
    key, kept = await pharmacy.issue(), await pharmacy.issue()
    await pharmacy.cancel(key)
    at = pharmacy.world.now
    await pharmacy.cancel(key, reason="另一个原因")
    row = await pharmacy.row(key)
    assert (row["status"], row["ended_at"], row["cancel_reason"]) == ("CANCELLED", at, "开错")
    assert ((await pharmacy.bill(key))["status"], (await pharmacy.bill(kept))["status"]) == ("CANCELLED", "UNPAID")
    assert (await pharmacy.told(key.id), await pharmacy.done("prescription.cancelled")) == (["PRESCRIPTION_CANCELLED"], 1)
    visit = await pharmacy.collecting()
    for refused in (pharmacy.ready(key), pharmacy.dispense(key, visit), pharmacy.delegate(key)):
        with pytest.raises(WrongState):
            await refused


async def test_taken_back_while_it_is_being_paid_the_payment_ends_too(pharmacy: Pharmacy) -> None:
    key = await pharmacy.issue()
    payment = await pharmacy.start_paying(key)
    await pharmacy.cancel(key)
    assert (await pharmacy.bill(key))["status"] == "CANCELLED"
    assert await pharmacy.world.value("select status from payment where id = $1", payment.id) == "CANCELLED"


async def test_taken_back_after_it_was_paid_the_money_goes_back(pharmacy: Pharmacy) -> None:
    key = await pharmacy.issue()
    payment = await pharmacy.pay(key)
    await pharmacy.ready(key)
    await pharmacy.cancel(key)
    refund = await pharmacy.world.rows("select bill_id, amount, requested_by from refund where payment_id = $1", payment.id)
    assert [tuple(row.values()) for row in refund] == [((await pharmacy.row(key))["bill_id"], TOTAL - INSURED, "INSTITUTION")]


async def test_what_is_insured_whole_or_free_is_taken_back_too(pharmacy: Pharmacy) -> None:
    insured = await pharmacy.issue(insured=Decimal("40"))
    free = await pharmacy.issue(items=[{**ITEMS[0], "unit_price": Decimal(0)}], insured=Decimal(0))
    for key in (insured, free):
        await pharmacy.cancel(key)
        assert (await pharmacy.row(key))["status"] == "CANCELLED"
    assert (await pharmacy.bill(insured))["status"] == "CANCELLED"


async def test_only_who_prescribed_takes_it_back_and_not_once_something_was_handed_out(pharmacy: Pharmacy) -> None:
    key = await pharmacy.waiting()
    for viewer, refusal in ((pharmacy.pharmacy, NotFound), (pharmacy.resident, Forbidden)):
        with pytest.raises(refusal):
            await pharmacy.cancel(key, viewer)
    with pytest.raises(InvalidInput):
        await pharmacy.cancel(key, reason=" ")
    await pharmacy.dispense(key, await pharmacy.collecting(), (0, "1"))
    with pytest.raises(AlreadyDispensed):
        await pharmacy.cancel(key)
    assert (await pharmacy.bill(key))["status"] == "PAID"
