"""Somewhere that money comes and goes: payments, refunds, a provider, and workers that do what is due."""

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from db import ledger, outbox, refunds
from db.refunds import Wanted
from domain.enums import RefundStatus
from domain.ledger import by_subject, payment_books, refund_books
from domain.refunds import RequestedBy
from outside.payments import RefundState
from tests.support.money import Paid, Place, add_paid
from tests.support.till import Till
from tests.workers.conftest import Clock
from workers.jobs import JOBS
from workers.refunds import apply
from workers.run import Runner
from workers.tools import Tools


class Office:
    """Somewhere that money comes and goes."""

    def __init__(self, tools: Tools, clock: Clock, till: Till, place: Place) -> None:
        self.tools = replace(tools, providers={till.method: till})
        self.clock, self.till, self.place = clock, till, place
        self.runner = Runner(self.tools, JOBS, 30, timedelta(minutes=1))

    async def paid(self, *amounts: int, resident_id: UUID | None = None) -> Paid:
        async with self.tools.pool.transaction() as connection:
            paid = await add_paid(connection, self.clock(), self.place, *amounts, resident_id=resident_id)
        self.till.orders[paid.number] = sum(amounts)
        return paid

    async def request(self, paid: Paid, amount: int | None, bill: int = 0) -> UUID:
        wanted = Wanted(paid.resident_id, paid.payment_id, paid.bill_ids[bill], amount, "误收", RequestedBy.INSTITUTION)
        async with self.tools.pool.transaction() as connection:
            return await refunds.request(connection, self.clock(), os.urandom, wanted)

    async def work(self) -> int:
        """Does what is due, once: how many jobs that was."""
        async with self.tools.pool.transaction() as connection:
            lanes = [await outbox.claim(connection, lane, self.clock(), self.clock(), 1000) for lane in outbox.LANES]
        ids = [id for lane in lanes for id in lane]
        for id in ids:
            await self.runner.run(id)
        return len(ids)

    async def work_off(self) -> None:
        """Works, and lets time pass, until nothing is left to do."""
        while await self.value("select count(*) from outbox where state in ('waiting', 'sent') and job = 'refund'"):
            await self.work()
            self.clock.move(timedelta(minutes=30))

    async def apply(self, paid: Paid, id: UUID, state: RefundState) -> RefundStatus:
        async with self.tools.pool.transaction() as connection:
            return await apply(connection, self.clock(), os.urandom, paid.resident_id, id, state)

    async def value(self, sql: str, *values: object) -> Any:
        async with self.tools.pool.connection() as connection:
            return await connection.fetchval(sql, *values)

    async def refund(self, paid: Paid, id: UUID) -> dict[str, Any]:
        async with self.tools.pool.connection() as connection:
            row = await connection.fetchrow("select * from refund where resident_id = $1 and id = $2", paid.resident_id, id)
        return dict(row)

    async def state(self, paid: Paid, bill: int = 0) -> tuple[int, int, int, int, str]:
        """Of the payment what is reserved and refunded, of the bill's part what is reserved, of the bill what is refunded."""
        sql = (
            "select p.reserved, p.refunded, q.reserved, b.refunded, b.status from payment p, payment_bill q, bill b"
            " where p.resident_id = $1 and p.id = $2 and q.resident_id = $1 and q.payment_id = $2 and q.bill_id = $3"
            " and b.resident_id = $1 and b.id = $3"
        )
        async with self.tools.pool.connection() as connection:
            return tuple(await connection.fetchrow(sql, paid.resident_id, paid.payment_id, paid.bill_ids[bill]))

    async def check_ledger(self, paid: Paid) -> None:
        """Every row is as its entries say."""
        async with self.tools.pool.connection() as connection:
            entries = [e for id in paid.bill_ids for e in await ledger.of_bill(connection, paid.resident_id, id)]
            payment = await connection.fetchrow(
                "select amount, reserved, refunded, 0::bigint from payment where resident_id = $1 and id = $2",
                paid.resident_id,
                paid.payment_id,
            )
            rows = await connection.fetch(
                "select id, amount, status from refund where resident_id = $1 and payment_id = $2",
                paid.resident_id,
                paid.payment_id,
            )
        books = by_subject(entries)
        assert payment_books(books.payments[paid.payment_id]) == tuple(payment)
        assert {row["id"]: (row["amount"], row["status"]) for row in rows} == {
            id: tuple(refund_books(entries)) for id, entries in books.refunds.items()
        }
