"""A row that is not as its entries say is found, and nothing else is."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.enums import BillStatus, PaymentMethod, PaymentStatus, RefundStatus
from domain.ledger import (
    Entry,
    OfBill,
    OfRefund,
    Posting,
    bill_issued,
    deposits_applied,
    payment_succeeded,
    refund_requested,
    refund_succeeded,
)
from domain.ledger_check import BillRow, Difference, PaymentRow, RefundRow, Rows, differences

BILL, OPEN_BILL = OfBill(UUID(int=1), UUID(int=2), UUID(int=3)), OfBill(UUID(int=1), UUID(int=2), UUID(int=4))
PAID, PENDING, BACK = UUID(int=5), UUID(int=6), UUID(int=7)
REFUND = OfRefund(BILL, PAID, BACK, PaymentMethod.BANK, 200, surplus=False)
POSTED: list[Posting] = [
    *bill_issued(BILL, 700, 300),
    *bill_issued(OPEN_BILL, 500, 0),
    *payment_succeeded(PAID, PaymentMethod.BANK, [(BILL, 700)]),
    refund_requested(REFUND),
    refund_succeeded(REFUND),
]
ROWS = Rows(
    bills=[
        BillRow(BILL.bill_id, BillStatus.PARTLY_REFUNDED, 700, 300, 200, 0),
        BillRow(OPEN_BILL.bill_id, BillStatus.PAYING, 500, 0, 0, 0),
    ],
    payments=[
        PaymentRow(PAID, PaymentStatus.SUCCEEDED, 700, 200, 200, 0),
        PaymentRow(PENDING, PaymentStatus.PENDING, 500, 0, 0, 0),
    ],
    refunds=[RefundRow(BACK, RefundStatus.SUCCEEDED, 200)],
    entries=[Entry(p.event, p.subject_id, p.debit, p.credit, p.amount, p.bill.bill_id, p.payment_id, p.refund_id) for p in POSTED],
)


def found(rows: Rows) -> set[tuple[str, UUID]]:
    return {(each.what, each.id) for each in differences(rows)}


def test_nothing_differs() -> None:
    assert not found(ROWS)
    assert len(ROWS) == 5


@pytest.mark.parametrize(
    "changed",
    [{"status": BillStatus.PAID}, {"self_paid": 701}, {"insured": 0}, {"refunded": 0}, {"status": BillStatus.CANCELLED}],
)
def test_a_bill_differs(changed: dict[str, Any]) -> None:
    bill, rest = ROWS.bills
    assert found(replace(ROWS, bills=[bill._replace(**changed), rest])) == {("bill", BILL.bill_id)}


@pytest.mark.parametrize("changed", [{"status": PaymentStatus.FAILED}, {"amount": 699}, {"reserved": 201}, {"refunded": 0}])
def test_a_payment_differs(changed: dict[str, Any]) -> None:
    payment, rest = ROWS.payments
    assert found(replace(ROWS, payments=[payment._replace(**changed), rest])) == {("payment", PAID)}


def test_a_payment_that_nobody_booked_differs() -> None:
    paid, pending = ROWS.payments
    rows = replace(ROWS, payments=[paid, pending._replace(status=PaymentStatus.SUCCEEDED)])
    assert list(differences(rows)) == [Difference("payment", PENDING, "SUCCEEDED 500 0 0 0", "PAID 0 0 0 0")]


@pytest.mark.parametrize("changed", [{"status": RefundStatus.PENDING}, {"amount": 100}])
def test_a_refund_differs(changed: dict[str, Any]) -> None:
    (refund,) = ROWS.refunds
    assert found(replace(ROWS, refunds=[refund._replace(**changed)])) == {("refund", BACK)}


@pytest.mark.parametrize(("deposited", "applied"), [(200, 200), (0, 200), (200, 0), (199, 200)])
def test_what_deposits_have_paid_differs(deposited: int, applied: int) -> None:
    posted = deposits_applied(OPEN_BILL, [(BILL.bill_id, PaymentMethod.BANK, PAID, 200)])
    entries = [Entry(p.event, p.subject_id, p.debit, p.credit, p.amount, p.bill.bill_id, p.payment_id, None) for p in posted]
    bills = [ROWS.bills[0], ROWS.bills[1]._replace(deposited=deposited)]
    payments = [ROWS.payments[0]._replace(applied=applied), ROWS.payments[1]]
    wrong = {("bill", OPEN_BILL.bill_id)} if deposited != 200 else set()
    wrong |= {("payment", PAID)} if applied != 200 else set()
    assert found(replace(ROWS, bills=bills, payments=payments, entries=[*ROWS.entries, *entries])) == wrong


def test_entries_of_nothing_are_found() -> None:
    assert found(replace(ROWS, refunds=[])) == {("refund", BACK)}
    assert found(replace(ROWS, bills=ROWS.bills[1:])) == {("bill", BILL.bill_id)}
    assert found(replace(ROWS, payments=ROWS.payments[1:])) == {("payment", PAID)}
