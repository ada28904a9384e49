"""What facts do to payments: in whatever order and how often a provider tells, no bill is paid twice and no money is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import BillStatus, PaymentFlow, PaymentStatus
from domain.payments import (
    LONGEST_URL,
    NOTHING,
    PAUSES,
    Fact,
    Moves,
    Part,
    Paying,
    Refused,
    Told,
    check_payer,
    check_return_url,
    decide,
    given_up,
    must_cancel,
    pause_before,
)
from domain.refusals import InvalidInput, WrongState

FIRST, SECOND = UUID(int=1), UUID(int=2)
BILLS = (UUID(int=11), UUID(int=12), UUID(int=13))
PAID = Fact(Told.SUCCEEDED, 300, "R1")


def paying(status: PaymentStatus = PaymentStatus.PENDING, *bills: tuple[BillStatus, UUID | None]) -> Paying:
    """A payment of 300 fen for three bills, all of which it is paying unless something else is said of the first ones."""
    states = [*bills, *[(BillStatus.PAYING, FIRST)] * (3 - len(bills))]
    parts = [Part(id, 100, bill_status, payment) for id, (bill_status, payment) in zip(BILLS, states, strict=True)]
    return Paying(FIRST, status, 300, "R1" if status is PaymentStatus.SUCCEEDED else None, parts)


def test_money_settles_the_bills() -> None:
    assert decide(paying(), PAID) == Moves(PaymentStatus.SUCCEEDED, settled=BILLS)


@pytest.mark.parametrize("status", [PaymentStatus.FAILED, PaymentStatus.EXPIRED, PaymentStatus.CANCELLED])
def test_late_money_counts_and_what_needs_none_gives_it_back(status: PaymentStatus) -> None:
    open_again, taken, over = (BillStatus.UNPAID, None), (BillStatus.PAYING, SECOND), (BillStatus.PAID, SECOND)
    moves = decide(paying(status, open_again, taken, over), PAID)
    assert moves == Moves(PaymentStatus.SUCCEEDED, settled=BILLS[:2], surplus=BILLS[2:], overtaken=(SECOND,))


@pytest.mark.parametrize("over", [BillStatus.CANCELLED, BillStatus.REFUNDED, BillStatus.PARTLY_REFUNDED])
def test_a_bill_that_is_over_takes_no_money(over: BillStatus) -> None:
    assert decide(paying(PaymentStatus.EXPIRED, (over, None)), PAID).surplus == BILLS[:1]


@pytest.mark.parametrize("status", list(PaymentStatus))
@pytest.mark.parametrize("amount", [None, 0, 299, 301])
def test_another_amount_is_refused_whatever_the_payment_is(status: PaymentStatus, amount: int | None) -> None:
    assert decide(paying(status), replace(PAID, amount=amount)) == Moves(refused=Refused.AMOUNT_DIFFERS)


def test_a_second_order_for_the_same_payment_is_refused() -> None:
    done = paying(PaymentStatus.SUCCEEDED)
    assert decide(done, PAID) == NOTHING
    assert decide(done, replace(PAID, reference="R2")) == Moves(refused=Refused.REFERENCE_DIFFERS)


@pytest.mark.parametrize(
    ("told", "status"), [(Told.FAILED, PaymentStatus.FAILED), (Told.CLOSED, PaymentStatus.EXPIRED), (Told.PENDING, None)]
)
def test_an_end_without_money_frees_what_it_was_paying(told: Told, status: PaymentStatus | None) -> None:
    moves = decide(paying(PaymentStatus.PENDING, (BillStatus.PAID, SECOND), (BillStatus.PAYING, SECOND)), Fact(told))
    assert moves == (NOTHING if status is None else Moves(status, freed=BILLS[2:]))


@pytest.mark.parametrize("status", [status for status in PaymentStatus if status is not PaymentStatus.PENDING])
@pytest.mark.parametrize("told", [told for told in Told if told is not Told.SUCCEEDED])
def test_what_has_ended_is_moved_by_money_alone(status: PaymentStatus, told: Told) -> None:
    assert decide(paying(status), Fact(told)) == NOTHING


def test_only_what_is_under_way_is_cancelled_and_that_once() -> None:
    assert must_cancel(PaymentStatus.PENDING)
    assert not must_cancel(PaymentStatus.CANCELLED)
    for status in (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.EXPIRED):
        with pytest.raises(WrongState):
            must_cancel(status)


@dataclass
class Counter:
    """Bills of 100 fen and the payments that want to pay them, moved by nothing but what is decided."""

    bills: dict[UUID, tuple[BillStatus, UUID | None]] = field(default_factory=dict)
    payments: dict[UUID, Paying] = field(default_factory=dict)
    back: list[tuple[UUID, UUID]] = field(default_factory=list)

    def now(self, id: UUID) -> Paying:
        payment = self.payments[id]
        return replace(
            payment, parts=[replace(p, status=self.bills[p.bill_id][0], payment_id=self.bills[p.bill_id][1]) for p in payment.parts]
        )

    def start(self, bills: Sequence[UUID]) -> None:
        if all(self.bills[bill][0] is BillStatus.UNPAID for bill in bills):
            id = UUID(int=100 + len(self.payments))
            parts = [Part(bill, 100, BillStatus.PAYING, id) for bill in bills]
            self.payments[id] = Paying(id, PaymentStatus.PENDING, 100 * len(bills), None, parts)
            self.bills |= dict.fromkeys(bills, (BillStatus.PAYING, id))

    def cancel(self, id: UUID) -> None:
        if self.payments[id].status is PaymentStatus.PENDING:
            self.carry_out(id, given_up(self.now(id), PaymentStatus.CANCELLED), None)

    def hear(self, id: UUID, fact: Fact) -> None:
        self.carry_out(id, decide(self.now(id), fact), fact.reference)

    def carry_out(self, id: UUID, moves: Moves, reference: str | None) -> None:
        if moves.status is not None:
            self.payments[id] = replace(self.payments[id], status=moves.status, reference=reference)
        for bill in moves.settled:
            assert self.bills[bill][0] in (BillStatus.UNPAID, BillStatus.PAYING)
            self.bills[bill] = (BillStatus.PAID, id)
        for bill in moves.freed:
            assert self.bills[bill] == (BillStatus.PAYING, id)
            self.bills[bill] = (BillStatus.UNPAID, None)
        self.back += [(id, bill) for bill in moves.surplus]
        for other in moves.overtaken:
            assert self.payments[other].status is PaymentStatus.PENDING
            self.cancel(other)

    def check(self) -> None:
        """Every bill that is being paid is so by a payment under way; what came in is in the bills or on its way back, once."""
        succeeded = [p for p in self.payments.values() if p.status is PaymentStatus.SUCCEEDED]
        for status, id in self.bills.values():
            if status is BillStatus.PAYING:
                assert id is not None
                assert self.payments[id].status is PaymentStatus.PENDING
        used = [(id, bill) for bill, (status, id) in self.bills.items() if status is BillStatus.PAID] + self.back
        assert sorted(used, key=str) == sorted(((p.id, part.bill_id) for p in succeeded for part in p.parts), key=str)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["start", "cancel", *Told, "wrong"]),
        st.integers(0, 5),
        st.lists(st.sampled_from(BILLS), min_size=1, max_size=3, unique=True),
    ),
    max_size=30,
)


@given(STEPS)
def test_in_any_order_no_bill_is_paid_twice_and_no_money_is_lost(steps: list[tuple[str, int, list[UUID]]]) -> None:
    counter = Counter(dict.fromkeys(BILLS, (BillStatus.UNPAID, None)))
    for what, which, bills in steps:
        ids = list(counter.payments)
        if what == "start" or not ids:
            counter.start(bills)
        elif what == "cancel":
            counter.cancel(ids[which % len(ids)])
        else:
            payment = counter.payments[ids[which % len(ids)]]
            told = Told.SUCCEEDED if what == "wrong" else Told(what)
            counter.hear(payment.id, Fact(told, payment.amount + (what == "wrong"), f"R{payment.id}"))
        counter.check()


def test_a_silent_provider_is_asked_more_and_more_seldom() -> None:
    pauses = [pause_before(asked) for asked in range(20)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == PAUSES[-1]


def test_a_mini_programme_names_its_payer() -> None:
    assert check_payer(PaymentFlow.MINI_PROGRAM, "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o") == "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
    assert check_payer(PaymentFlow.QR_CODE, None) is None
    assert check_payer(PaymentFlow.QR_CODE, " ") is None
    with pytest.raises(InvalidInput):
        check_payer(PaymentFlow.MINI_PROGRAM, None)
    for wrong in ("a b", "é", "x" * 129, "a\nb"):
        with pytest.raises(InvalidInput):
            check_payer(PaymentFlow.QR_CODE, wrong)


@pytest.mark.parametrize(
    "url", ["https://app.example/paid?x=1", "http://localhost:8000/", "http://127.0.0.1/", "http://[::1]/", None]
)
def test_a_browser_returns_to_a_safe_address(url: str | None) -> None:
    assert check_return_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example/",
        "javascript:alert(1)",
        "https://user@app.example/",
        "https:///x",
        "https://app.example/ x",
        "https://[",
        "//app.example",
        "https://app.example/" + "x" * LONGEST_URL,
    ],
)
def test_a_browser_returns_nowhere_else(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_return_url(url)
