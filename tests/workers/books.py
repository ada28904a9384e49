"""The books of a provider of whom other tests know nothing on these days, and what it says of them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db import settlements
from domain.enums import PaymentMethod, StatementLineKind
from domain.times import shanghai_day
from outside.payments import State, StatementLine
from tests.support.money import Paid, Place, add_paid
from tests.workers.office import Office
from workers.settlements import settle

METHOD = PaymentMethod.UNIONPAY


@dataclass
class Books:
    """An office on a day of its own, with two institutions."""

    office: Office
    elsewhere: Place

    @property
    def today(self) -> date:
        return shanghai_day(self.office.clock())

    async def paid(self, amount: int, *, elsewhere: bool = False) -> Paid:
        """A payment that is in today's books."""
        place = self.elsewhere if elsewhere else self.office.place
        async with self.office.tools.pool.transaction() as connection:
            paid = await add_paid(connection, self.office.clock(), place, amount)
            when = self.office.clock()
            await settlements.book(connection, when, self.office.tools.random, METHOD, place.institution_id, when)
        self.office.till.orders[paid.number] = amount
        return paid

    def line(self, paid: Paid, **changes: Any) -> StatementLine:
        amount = self.office.till.orders[paid.number]
        at = self.office.clock()
        return replace(
            StatementLine(StatementLineKind.PAYMENT, paid.reference, paid.number, amount, State.SUCCEEDED, at), **changes
        )

    def publish(self, day: date, *lines: StatementLine) -> None:
        self.office.till.statements[day] = lines

    async def settle(self, day: date) -> bool:
        tools = self.office.tools
        return await settle(tools.pool, self.office.till, tools.clock, tools.random, day)

    async def status(self, day: date, institution_id: UUID | None = None) -> str | None:
        sql = "select status from settlement where method = $1 and day = $2 and institution_id is not distinct from $3"
        status: str | None = await self.office.value(sql, METHOD, day, institution_id)
        return status

    async def differences(self, day: date) -> list[tuple[str, UUID | None]]:
        """(kind, our payment or refund), the kinds in order."""
        sql = "select kind, coalesce(payment_id, refund_id) from discrepancy where method = $1 and day = $2 order by kind, 2"
        async with self.office.tools.pool.connection() as connection:
            return [tuple(row) for row in await connection.fetch(sql, METHOD, day)]

    async def book_day(self, at: datetime) -> date:
        """In whose books something that happened then would stand."""
        async with self.office.tools.pool.transaction() as connection:
            place = self.office.place
            return await settlements.book(
                connection, self.office.clock(), self.office.tools.random, METHOD, place.institution_id, at
            )
