"""From the ledger every status follows: whatever happens to a bill, in whatever order, the books say the same as it."""

from collections.abc import Sequence
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.enums import BillStatus, PaymentMethod, RefundStatus
from domain.ledger import (
    OPEN,
    Account,
    BillBooks,
    Entry,
    OfBill,
    OfRefund,
    Posting,
    balance,
    bill_books,
    bill_cancelled,
    bill_issued,
    by_subject,
    deposits_applied,
    payment_books,
    payment_succeeded,
    refund_books,
    refund_failed,
    refund_requested,
    refund_succeeded,
)

BILL = OfBill(UUID(int=1), UUID(int=2), UUID(int=3))
PAID, AGAIN = UUID(int=4), UUID(int=5)
WECHAT = PaymentMethod.WECHAT_PAY


def read(*postings: Posting) -> list[Entry]:
    """As they come back from the table."""
    return [Entry(p.event, p.subject_id, p.debit, p.credit, p.amount, p.bill.bill_id, p.payment_id, p.refund_id) for p in postings]


def refund(number: int, amount: int, *, payment: UUID = PAID, surplus: bool = False) -> OfRefund:
    return OfRefund(BILL, payment, UUID(int=100 + number), WECHAT, amount, surplus)


def paid(payment: UUID = PAID, amount: int = 700) -> list[Posting]:
    return payment_succeeded(payment, WECHAT, [(BILL, amount)])


ISSUED = bill_issued(BILL, 700, 300)


def test_a_bill_is_open_until_its_own_part_is_paid() -> None:
    assert bill_books(read(*ISSUED)) == BillBooks(700, 300, 0, 0, OPEN)
    assert bill_books(read(*ISSUED, *paid())).statuses == {BillStatus.PAID}


def test_what_the_insurance_bears_alone_is_paid_at_once() -> None:
    assert bill_books(read(*bill_issued(BILL, 0, 300))) == BillBooks(0, 300, 0, 0, frozenset({BillStatus.PAID}))


def test_a_cancelled_bill_is_owed_by_nobody() -> None:
    entries = read(*ISSUED, *bill_cancelled(BILL, 700, 300))
    assert bill_books(entries) == BillBooks(700, 300, 0, 0, frozenset({BillStatus.CANCELLED}))
    assert {balance(entries, account) for account in Account} == {0}


def test_what_is_given_back_of_a_surplus_leaves_the_bill_paid() -> None:
    twice = refund(1, 700, payment=AGAIN, surplus=True)
    entries = read(*ISSUED, *paid(), *paid(AGAIN), refund_requested(twice), refund_succeeded(twice))
    assert bill_books(entries) == BillBooks(700, 300, 0, 0, frozenset({BillStatus.PAID}))
    assert payment_books(by_subject(entries).payments[AGAIN]) == (700, 700, 700, 0)
    assert payment_books(by_subject(entries).payments[PAID]) == (700, 0, 0, 0)


def test_a_refund_on_its_way_is_reserved_and_a_failed_one_is_not() -> None:
    first = refund(1, 200)
    on_its_way = read(*ISSUED, *paid(), refund_requested(first))
    assert payment_books(by_subject(on_its_way).payments[PAID]) == (700, 200, 0, 0)
    assert refund_books(by_subject(on_its_way).refunds[first.refund_id]) == (200, RefundStatus.PENDING)
    failed = [*on_its_way, *read(refund_failed(first))]
    assert payment_books(by_subject(failed).payments[PAID]) == (700, 0, 0, 0)
    assert refund_books(by_subject(failed).refunds[first.refund_id]) == (200, RefundStatus.FAILED)
    assert bill_books(failed).statuses == {BillStatus.PAID}


def test_deposits_pay_of_the_final_bill_what_the_institution_has_already() -> None:
    deposit, final = BILL._replace(bill_id=UUID(int=30)), BILL
    in_advance = [*bill_issued(deposit, 900, 0), *payment_succeeded(PAID, WECHAT, [(deposit, 900)])]
    applied = deposits_applied(final, [(deposit.bill_id, WECHAT, PAID, 500), (UUID(int=31), WECHAT, AGAIN, 0)])
    entries = read(*in_advance, *ISSUED, *applied)
    books = by_subject(entries)
    assert bill_books(books.bills[final.bill_id]) == BillBooks(700, 300, 0, 500, OPEN)
    assert bill_books(books.bills[deposit.bill_id]) == BillBooks(900, 0, 0, 0, frozenset({BillStatus.PAID}))
    assert payment_books(books.payments[PAID]) == (900, 0, 0, 500)
    assert (balance(entries, Account.RESIDENT), balance(entries, Account.INSTITUTION)) == (200, -1400)
    rest = read(*payment_succeeded(AGAIN, WECHAT, [(final, 200)]))
    assert bill_books([*books.bills[final.bill_id], *rest]).statuses == {BillStatus.PAID}
    whole = read(*ISSUED, *deposits_applied(final, [(deposit.bill_id, WECHAT, PAID, 700)]))
    assert bill_books(whole) == BillBooks(700, 300, 0, 700, frozenset({BillStatus.PAID}))


@given(st.lists(st.tuples(st.integers(1, 300), st.booleans()), max_size=8))
def test_refunds_add_up(wanted: Sequence[tuple[int, bool]]) -> None:
    entries, left, back = read(*ISSUED, *paid()), 700, 0
    for number, (amount, succeeds) in enumerate(wanted):
        if amount <= left:
            each = refund(number, amount)
            entries += read(refund_requested(each), refund_succeeded(each) if succeeds else refund_failed(each))
            left, back = (left - amount, back + amount) if succeeds else (left, back)
    books = bill_books(entries)
    expected = BillStatus.PAID if back == 0 else BillStatus.REFUNDED if back == 700 else BillStatus.PARTLY_REFUNDED
    assert books == BillBooks(700, 300, back, 0, frozenset({expected}))
    assert payment_books(by_subject(entries).payments[PAID]) == (700, back, back, 0)
    assert balance(entries, Account.PROVIDER) == 700 - back
    assert balance(entries, Account.REFUNDS) == 0
    assert sum(balance(entries, account) for account in Account) == 0
