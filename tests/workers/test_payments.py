"""Orders at a provider that refuses, is slow, or tells what cannot be so."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from db import bills, inbox, outbox, payment_moves, payments
from db.bills import Bill
from db.inbox import About, Message
from db.outbox import JobKind
from db.payments import Payment
from domain.bills import Content, Item
from domain.enums import BillKind, CareSetting, PaymentFlow, PaymentMethod, PaymentStatus
from domain.payments import PATIENCE
from outside.errors import Permanent, Transient
from outside.payments import Instructions, Order, OrderState, PaymentProvider, State
from tests.support.money import add_institution, add_resident
from tests.workers.city import fresh_id
from tests.workers.conftest import Clock
from workers.jobs import JOBS
from workers.run import Runner
from workers.tools import Tools

LIFE = timedelta(minutes=15)


@dataclass
class Scripted:
    """Answers with what it is told to; an exception is raised. `closed`: how often it was asked to close."""

    method: PaymentMethod = PaymentMethod.WECHAT_PAY
    creates: Instructions | Exception = field(default_factory=lambda: Instructions("weixin://x"))
    tells: OrderState | Exception | None = None
    closes: OrderState | Exception | None = None
    closed: int = 0
    orders: list[Order] = field(default_factory=list)

    async def create(self, order: Order) -> Instructions:
        self.orders.append(order)
        made: Instructions = given(self.creates)
        return made

    async def query(self, number: str, started_at: datetime) -> OrderState | None:
        return None if self.tells is None else given(self.tells)

    async def close(self, number: str, started_at: datetime, expires_at: datetime | None = None) -> OrderState:
        self.closed += 1
        return OrderState(number, State.CLOSED) if self.closes is None else given(self.closes)


def given(what: Any) -> Any:
    if isinstance(what, Exception):
        raise what
    return what


class Counter:
    """Payments of one bill over 500 fen, and a worker that does what is due."""

    def __init__(self, tools: Tools, clock: Clock) -> None:
        self.provider, self.clock = Scripted(), clock
        self.tools = replace(tools, providers={self.provider.method: cast(PaymentProvider, self.provider)})
        self.runner = Runner(self.tools, JOBS, 30, timedelta(minutes=1))

    async def start(self, *jobs: JobKind) -> Payment:
        now, bill_id, id = self.clock(), fresh_id(), fresh_id()
        async with self.tools.pool.transaction() as connection:
            resident_id, institution_id = await add_resident(connection, now), await add_institution(connection, now)
            of = (BillKind.VISIT, institution_id, None, None, CareSetting.OUTPATIENT)
            content = Content([Item("C1", "检查", Decimal(1), None, 500)])
            await bills.issue(connection, Bill(resident_id, bill_id, bill_id.hex, *of, content), now, os.urandom)
            payment = Payment(
                resident_id=resident_id,
                id=id,
                number=id.hex,
                institution_id=institution_id,
                app_id=None,
                client_id=None,
                method=self.provider.method,
                flow=PaymentFlow.BROWSER,
                status=PaymentStatus.PENDING,
                amount=500,
                payer_reference=None,
                payer_address="192.0.2.7",
                return_url=None,
                provider_reference=None,
                started_at=now,
                expires_at=now + LIFE,
            )
            await payments.insert(connection, payment, {bill_id: 500})
            await payments.take_bills(connection, resident_id, [bill_id], id)
            for kind in jobs:
                await payment_moves.put_job(connection, kind, now, os.urandom, payment)
        return payment

    async def work(self) -> None:
        """Does what is due, and what follows at once."""
        while True:
            async with self.tools.pool.transaction() as connection:
                now = self.clock()
                ids = [id for lane in outbox.LANES for id in await outbox.claim(connection, lane, now, now, 100)]
            if not ids:
                return
            for id in ids:
                await self.runner.run(id)

    async def state(self, payment: Payment) -> tuple[str, str | None, str]:
        """Of the payment its status and what is doubtful, of the bill its status."""
        sql = (
            "select p.status, p.failure_reason, b.status from payment p join payment_bill x on x.payment_id = p.id"
            " join bill b on b.id = x.bill_id where p.id = $1"
        )
        async with self.tools.pool.connection() as connection:
            return tuple(await connection.fetchrow(sql, payment.id))

    async def jobs(self) -> Sequence[tuple[Any, ...]]:
        """Kind, state and error of those that are not done."""
        async with self.tools.pool.connection() as connection:
            rows = await connection.fetch("select job, state, last_error from outbox where state <> 'done' order by job")
        return [tuple(row) for row in rows]

    async def hear(self, id: str, **told: Any) -> Any:
        """A verified message of the provider, carried out: its state and the reason."""
        message = Message(
            **{
                "method": self.provider.method,
                "id": id,
                "kind": About.PAYMENT,
                "order_number": told["number"],
                "provider_state": State.SUCCEEDED,
                "amount": 500,
                "provider_reference": f"R{id}",
                "at": self.clock(),
                "failure": None,
                **told,
            }
        )
        async with self.tools.pool.transaction() as connection:
            await inbox.put(connection, message, self.clock())
            args = {"method": str(message.method), "id": id}
            await outbox.put(connection, JobKind.APPLY_NOTIFICATION, args, fresh_id(), self.clock())
        await self.work()
        async with self.tools.pool.connection() as connection:
            return tuple(await connection.fetchrow("select state, reason from inbox where id = $1", id))


@pytest.fixture
def counter(tools: Tools, clock: Clock) -> Counter:
    return Counter(tools, clock)


async def test_the_order_tells_nothing_of_the_bill_and_the_address_is_kept_no_longer(counter: Counter) -> None:
    payment = await counter.start(JobKind.CREATE_ORDER)
    await counter.work()
    (order,) = counter.provider.orders
    assert (order.number, order.amount, order.description) == (payment.number, 500, "深圳市健康卡缴费")
    assert order.payer_address == "192.0.2.7"
    async with counter.tools.pool.connection() as connection:
        row = await connection.fetchrow("select payer_address, code_url from payment where id = $1", payment.id)
    assert tuple(row) == (None, "weixin://x")


async def test_what_the_provider_refuses_fails_and_frees_the_bill(counter: Counter) -> None:
    counter.provider.creates = Permanent("The merchant is closed.")
    payment = await counter.start(JobKind.CREATE_ORDER)
    await counter.work()
    assert await counter.state(payment) == ("FAILED", "The merchant is closed.", "UNPAID")
    # Should the order be there all the same, nobody shall pay it.
    assert counter.provider.closed == 1
    assert await counter.jobs() == []


async def test_no_order_is_made_for_what_is_over(counter: Counter) -> None:
    await counter.start(JobKind.CREATE_ORDER)
    counter.clock.move(LIFE)
    await counter.work()
    assert counter.provider.orders == []


async def test_an_order_that_was_made_for_what_is_given_up_is_closed(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = await counter.start(JobKind.CREATE_ORDER)

    async def create(order: Order) -> Instructions:
        async with counter.tools.pool.transaction() as connection:
            await connection.execute("update payment set status = 'CANCELLED' where id = $1", payment.id)
        return Instructions("weixin://x")

    monkeypatch.setattr(counter.provider, "create", create)
    await counter.work()
    assert counter.provider.closed == 1


async def test_what_cannot_be_closed_yet_is_asked_again(counter: Counter) -> None:
    payment = await counter.start(JobKind.CLOSE_ORDER)
    counter.provider.closes = OrderState(payment.number, State.PENDING)
    await counter.work()
    counter.provider.closes = Transient("busy")
    counter.clock.move(timedelta(seconds=10))
    await counter.work()
    assert await counter.jobs() == [("close_order", "waiting", None)]
    assert (await counter.state(payment))[0] == "PENDING"
    counter.provider.closes = None
    counter.clock.move(timedelta(minutes=1))
    await counter.work()
    assert await counter.state(payment) == ("EXPIRED", None, "UNPAID")
    assert await counter.jobs() == []


async def test_a_provider_that_is_silent_for_days_is_for_people_to_see(counter: Counter) -> None:
    await counter.start(JobKind.CLOSE_ORDER)
    counter.provider.closes = Transient("busy")
    counter.clock.move(LIFE + PATIENCE + timedelta(seconds=1))
    await counter.work()
    assert await counter.jobs() == [("close_order", "waiting", "Transient: busy")]


async def test_a_payment_that_cannot_be_decided_is_for_people_to_see(counter: Counter) -> None:
    payment = await counter.start(JobKind.CLOSE_ORDER)
    counter.provider.closes = OrderState(payment.number, State.SUCCEEDED, 499, "R1", counter.clock())
    await counter.work()
    assert await counter.state(payment) == ("PENDING", "AMOUNT_DIFFERS", "PAYING")
    error = f"Permanent: The payment {payment.number} cannot be decided: AMOUNT_DIFFERS"
    assert await counter.jobs() == [("close_order", "failed", error)]


async def test_a_question_is_asked_for_as_long_as_it_can_be_paid(counter: Counter) -> None:
    payment = await counter.start(JobKind.QUERY_PAYMENT)
    counter.provider.tells = Transient("busy")
    await counter.work()
    counter.provider.tells = OrderState(payment.number, State.PENDING)
    counter.clock.move(timedelta(seconds=30))
    await counter.work()
    assert await counter.jobs() == [("query_payment", "waiting", None)]
    counter.clock.move(LIFE)
    await counter.work()
    assert await counter.jobs() == []


async def test_a_message_about_nothing_of_ours_is_refused(counter: Counter) -> None:
    payment = await counter.start()
    assert await counter.hear(fresh_id().hex, number="n" * 32) == ("refused", "UNKNOWN_NUMBER")
    assert await counter.hear(fresh_id().hex, number=payment.number, kind=About.REFUND) == ("refused", "UNKNOWN_NUMBER")
    assert await counter.hear(fresh_id().hex, number=payment.number, method=PaymentMethod.BANK) == ("refused", "UNKNOWN_NUMBER")
    assert await counter.state(payment) == ("PENDING", None, "PAYING")


async def test_one_order_of_the_providers_pays_one_payment(counter: Counter) -> None:
    first, second, reference = await counter.start(), await counter.start(), f"R{fresh_id()}"
    id, other = fresh_id().hex, fresh_id().hex
    assert await counter.hear(id, number=first.number, provider_reference=reference) == ("handled", None)
    assert await counter.hear(other, number=second.number, provider_reference=reference) == ("refused", "REFERENCE_TAKEN")
    assert (await counter.state(first))[0] == "SUCCEEDED"
    assert await counter.state(second) == ("PENDING", "REFERENCE_TAKEN", "PAYING")
