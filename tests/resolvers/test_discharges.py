"""How a stay ends, and where every fen of the deposits is afterwards, in whatever order things happen."""

from decimal import Decimal
from typing import Any

import pytest

from db.pool import Pool
from domain.payments import Told
from domain.refusals import AmountMismatch, BillNotPayable, InvalidInput, RefundExceedsPayment, WrongState
from outside.payments import State
from resolvers import discharges
from tests.resolvers.stay import Stay, new_stay


@pytest.fixture
async def stay(pool: Pool) -> Stay:
    return await new_stay(pool)


async def test_deposits_pay_the_final_bill_and_the_rest_goes_back(stay: Stay) -> None:
    first, second = await stay.deposit("500"), await stay.deposit("300")
    await stay.charge(stay.line("6"), stay.line("1", code="C2"))
    await stay.discharge(insured="150")
    row, bill = await stay.one("admission", stay.admission.id), await stay.final()
    assert (row["status"], row["summary"], row["final_bill_id"]) == ("DISCHARGED", "好转", bill["id"])
    assert row["discharged_at"] == stay.world.now
    assert (bill["total"], bill["insured"], bill["self_paid"]) == (70_000, 15_000, 55_000)
    assert (bill["deposited"], bill["payable"], bill["status"], bill["payment_id"]) == (55_000, 0, "PAID", None)
    assert bill["paid_at"] == stay.world.now
    assert await stay.back() == [(25_000, "PENDING")]
    assert await stay.balance() == (0, False)
    assert await stay.end_refunds() == 1
    assert (await stay.status(first), await stay.status(second)) == ("PAID", "PARTLY_REFUNDED")
    assert await stay.balance() == (0, False)
    assert (await stay.told("DISCHARGED"), await stay.told("BILL_ISSUED")) == (1, 3)  # two deposits here, one elsewhere
    await stay.check()


async def test_the_deposit_that_was_paid_first_is_spent_first(stay: Stay) -> None:
    first, second = await stay.deposit("500"), await stay.deposit("300")
    await stay.charge(stay.line("2"))
    await stay.discharge()
    back = await stay.world.rows("select bill_id, amount from refund where resident_id = $1", stay.patient)
    assert {row["bill_id"]: row["amount"] for row in back} == {first.id: 30_000, second.id: 30_000}
    await stay.end_refunds()
    assert (await stay.status(first), await stay.status(second)) == ("PARTLY_REFUNDED", "REFUNDED")
    await stay.check()


async def test_what_deposits_do_not_cover_is_asked_for(stay: Stay) -> None:
    await stay.deposit("100")
    await stay.charge(stay.line("2.5"))
    await stay.discharge(insured="50")
    bill = await stay.final()
    assert (bill["self_paid"], bill["deposited"], bill["payable"], bill["status"]) == (20_000, 10_000, 10_000, "UNPAID")
    assert (await stay.balance(), await stay.back()) == ((-10_000, False), [])
    await stay.check()
    final = stay.admission._replace(id=bill["id"])
    payment = await stay.start(final)
    assert (await stay.one("payment", payment.id))["amount"] == 10_000
    assert await stay.balance() == (-10_000, False)
    await stay.learn(payment)
    assert (await stay.status(final), await stay.balance()) == ("PAID", (0, False))
    await stay.check()
    await stay.refund(final, "40")
    await stay.end_refunds()
    assert await stay.status(final) == "PARTLY_REFUNDED"
    with pytest.raises(RefundExceedsPayment):
        await stay.refund(final, "60.01")
    await stay.refund(final)
    await stay.end_refunds()
    row = await stay.final()
    assert (row["refunded"], row["status"]) == (10_000, "PARTLY_REFUNDED")  # what deposits paid of it has not gone back
    await stay.check()


async def test_without_a_deposit_all_of_it_is_asked_for(stay: Stay) -> None:
    await stay.charge()
    await stay.discharge()
    bill = await stay.final()
    assert (bill["deposited"], bill["payable"], bill["status"]) == (0, 10_000, "UNPAID")
    await stay.check()


async def test_a_stay_that_cost_nothing_has_no_bill_and_all_goes_back(stay: Stay) -> None:
    bill = await stay.deposit("500")
    await stay.charge(stay.line("2"))
    await stay.charge(stay.line("-2"))
    with pytest.raises(AmountMismatch):
        await stay.discharge(insured="0.01")
    await stay.discharge()
    assert (await stay.one("admission", stay.admission.id))["final_bill_id"] is None
    await stay.end_refunds()
    assert (await stay.status(bill), await stay.back()) == ("REFUNDED", [(50_000, "SUCCEEDED")])
    await stay.check()


async def test_the_insurance_may_bear_all_of_it_and_no_more(stay: Stay) -> None:
    deposit = await stay.deposit("500")
    await stay.charge()
    with pytest.raises(AmountMismatch):
        await stay.discharge(insured="100.01")
    await stay.discharge(insured="100")
    bill = await stay.final()
    assert (bill["self_paid"], bill["deposited"], bill["status"]) == (0, 0, "PAID")
    await stay.end_refunds()
    assert await stay.status(deposit) == "REFUNDED"
    with pytest.raises(WrongState):
        await stay.cancel(stay.admission._replace(id=bill["id"]))
    await stay.check()


async def test_a_summary_is_needed(stay: Stay) -> None:
    given: dict[str, Any] = {"admission_id": stay.id, "insured": Decimal(0), "summary": " "}
    with pytest.raises(InvalidInput) as refused:
        await stay.world.change(discharges.discharge_patient, stay.hospital, **given)
    assert refused.value.field == ("summary",)


async def test_the_final_bill_has_a_line_for_each_code_and_price(stay: Stay) -> None:
    await stay.charge(stay.line("1"), stay.line("2"), stay.line("1", price=Decimal("0.01")), stay.line("3", code="C0"))
    await stay.charge(
        stay.line("-1", code="C0"), stay.line("1", code="C9"), stay.line("-1", code="C9"), stay.line("1", name="新名")
    )
    await stay.discharge()
    sql = "select code, name, quantity, unit_price, amount from bill_item where resident_id = $1 and bill_id = $2 order by position"
    lines = [tuple(row.values()) for row in await stay.world.rows(sql, stay.patient, (await stay.final())["id"])]
    assert lines == [
        ("C0", "床位费 C0", 2, 10_000, 20_000),
        ("C1", "床位费 C1", 1, 1, 1),
        ("C1", "新名", 4, 10_000, 40_000),
    ]


async def test_more_kinds_than_a_bill_has_lines_are_summed_up(stay: Stay) -> None:
    for hundred in range(3):
        await stay.charge(*(stay.line("1", code=f"X{hundred}{n:02}", price=Decimal(n + 1)) for n in range(100)))
    await stay.discharge()
    bill = await stay.final()
    sql = "select code, amount from bill_item where resident_id = $1 and bill_id = $2 order by position"
    lines = await stay.world.rows(sql, stay.patient, bill["id"])
    assert (len(lines), lines[-1]["code"]) == (200, "OTHERS")
    assert sum(line["amount"] for line in lines) == bill["total"] == 3 * 5_050_00
    assert lines[-1]["amount"] == sum(sorted(n * 100 for n in range(1, 101) for _ in range(3))[:101])


async def test_nobody_takes_the_final_bill_back(stay: Stay) -> None:
    await stay.charge()
    await stay.discharge()
    bill = stay.admission._replace(id=(await stay.final())["id"])
    with pytest.raises(WrongState):
        await stay.cancel(bill)
    assert await stay.status(bill) == "UNPAID"
    await stay.pay(bill)
    with pytest.raises(WrongState):
        await stay.cancel(bill)


async def test_a_deposit_that_nobody_paid_is_asked_for_no_longer(stay: Stay) -> None:
    bill = await stay.ask()
    await stay.discharge()
    assert await stay.status(bill) == "CANCELLED"
    with pytest.raises(BillNotPayable):
        await stay.start(bill)
    await stay.check()


async def test_a_deposit_being_paid_at_the_discharge_is_given_up_and_late_money_goes_back(stay: Stay) -> None:
    bill = await stay.ask()
    payment = await stay.start(bill)
    await stay.charge()
    await stay.discharge()
    assert (await stay.status(bill), (await stay.one("payment", payment.id))["status"]) == ("CANCELLED", "CANCELLED")
    assert (await stay.final())["payable"] == 10_000
    await stay.learn(payment)
    assert (await stay.one("payment", payment.id))["status"] == "SUCCEEDED"
    assert await stay.back() == [(50_000, "PENDING")]
    await stay.end_refunds()
    assert (await stay.back(), await stay.status(bill)) == ([(50_000, "SUCCEEDED")], "CANCELLED")
    await stay.check()


async def test_money_that_comes_late_but_before_the_discharge_counts(stay: Stay) -> None:
    bill = await stay.ask()
    payment = await stay.start(bill)
    await stay.learn(payment, Told.CLOSED)
    again = await stay.start(bill)
    await stay.learn(payment)
    assert (await stay.status(bill), (await stay.one("payment", again.id))["status"]) == ("PAID", "CANCELLED")
    await stay.charge()
    await stay.discharge()
    assert (await stay.final())["deposited"] == 10_000
    assert await stay.back() == [(40_000, "PENDING")]
    await stay.learn(again)  # somebody paid twice
    assert await stay.back() == [(40_000, "PENDING"), (50_000, "PENDING")]
    await stay.end_refunds()
    await stay.check()


async def test_a_payment_of_a_deposit_and_another_bill_frees_the_other(stay: Stay) -> None:
    deposit, other = await stay.ask("10"), await stay.ask("20")
    await stay.cancel(other)
    other = await stay.ask("30")
    await stay.world.rows(
        "update bill set kind = 'VISIT', admission_id = null where resident_id = $1 and id = $2 returning id",
        stay.patient,
        other.id,
    )
    payment = await stay.start(deposit, other)
    await stay.discharge()
    assert (await stay.status(deposit), await stay.status(other)) == ("CANCELLED", "UNPAID")
    await stay.learn(payment)
    assert (await stay.status(other), await stay.back()) == ("PAID", [(1_000, "PENDING")])
    await stay.check()


async def test_a_refund_that_is_under_way_is_not_spent_as_well(stay: Stay) -> None:
    bill = await stay.deposit("500")
    await stay.refund(bill, "200")
    await stay.charge(stay.line("4"))
    await stay.discharge()
    final = await stay.final()
    assert (final["deposited"], final["payable"], await stay.balance()) == (30_000, 10_000, (-10_000, False))
    await stay.end_refunds()
    assert await stay.back() == [(20_000, "SUCCEEDED")]
    await stay.check()


async def test_a_refund_that_fails_after_the_discharge_is_not_lost(stay: Stay) -> None:
    bill = await stay.deposit("500")
    await stay.charge()
    await stay.discharge()
    await stay.end_refunds(State.FAILED)
    assert (await stay.back(), await stay.balance()) == ([(40_000, "FAILED")], (40_000, False))
    await stay.check()
    with pytest.raises(RefundExceedsPayment):
        await stay.refund(bill, "400.01")  # the rest is spent
    await stay.refund(bill)
    assert await stay.balance() == (0, False)
    await stay.end_refunds()
    assert await stay.back() == [(40_000, "FAILED"), (40_000, "SUCCEEDED")]
    await stay.check()


async def test_of_a_deposit_that_is_spent_nothing_goes_back(stay: Stay) -> None:
    bill = await stay.deposit("100")
    await stay.charge()
    await stay.discharge()
    for amount in ("0.01", None):
        with pytest.raises(RefundExceedsPayment):
            await stay.refund(bill, amount)
    with pytest.raises(RefundExceedsPayment):
        await stay.refund(stay.admission._replace(id=(await stay.final())["id"]))
