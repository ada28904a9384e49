"""A patient in hospital, who pays deposits and is charged, for tests of admissions. Beside them there is always another one."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import ledger_check, payment_moves
from db.pool import Pool
from domain.enums import PaymentFlow, PaymentMethod
from domain.ids import Key
from domain.ledger_check import differences
from domain.payments import Fact, Told
from domain.times import shanghai_day
from domain.viewer import Viewer
from outside.payments import RefundState, State
from resolvers import admissions, bills, discharges, payments, refunds
from tests.resolvers.world import World, new_world, public
from workers.refunds import apply

PRICE = Decimal("100")
METHOD = PaymentMethod.WECHAT_PAY


@dataclass
class Stay:
    """`admission`: of the resident at the hospital."""

    world: World
    hospital: Viewer
    resident: Viewer
    visit: Key
    admission: Key

    @property
    def id(self) -> str:
        return public("n", self.admission.id, self.admission.resident_id)

    def line(self, quantity: str = "1", code: str = "C1", price: Decimal = PRICE, **changes: Any) -> dict[str, Any]:
        """A line of today's list."""
        day = shanghai_day(self.world.now)
        plain = {"charged_on": day, "code": code, "name": f"床位费 {code}", "quantity": Decimal(quantity), "unit_price": price}
        return {**plain, **changes}

    async def charge(self, *lines: Mapping[str, Any], by: Viewer | None = None) -> None:
        """Charges these, or one of 100.00."""
        given: dict[str, Any] = {"admission_id": self.id, "charges": list(lines) or [self.line()]}
        await self.world.change(admissions.add_inpatient_charges, by or self.hospital, **given)

    async def ask(self, amount: str = "500", by: Viewer | None = None) -> Key:
        """The bill of another deposit."""
        given: dict[str, Any] = {"admission_id": self.id, "amount": Decimal(amount)}
        key: Key = (await self.world.change(admissions.request_deposit, by or self.hospital, **given)).fields["bill"]
        return key

    async def discharge(self, insured: str = "0", by: Viewer | None = None) -> None:
        """Ends the stay."""
        given: dict[str, Any] = {"admission_id": self.id, "insured": Decimal(insured), "summary": "好转"}
        await self.world.change(discharges.discharge_patient, by or self.hospital, **given)

    async def start(self, *bills_: Key, by: Viewer | None = None) -> Key:
        """A payment of these, by the patient unless somebody else pays."""
        ids = [public("G", bill.id, bill.resident_id) for bill in bills_]
        made = await self.world.change(payments.start_payment, by or self.resident, bill_ids=ids, method=METHOD)
        key: Key = made.fields["payment"]
        return key

    async def learn(self, payment: Key, told: Told = Told.SUCCEEDED) -> None:
        """The provider tells how it ended."""
        row = await self.one("payment", payment.id)
        fact = Fact(told, row["amount"], f"T-{row['number']}", self.world.now)
        async with self.world.pool.transaction() as connection:
            await payment_moves.learn(connection, self.world.now, os.urandom, row["resident_id"], row["id"], fact)

    async def pay(self, *bills_: Key) -> Key:
        """Pays them: the payment."""
        payment = await self.start(*bills_)
        await self.learn(payment)
        return payment

    async def deposit(self, amount: str = "500") -> Key:
        """A deposit that is paid: its bill."""
        bill = await self.ask(amount)
        await self.pay(bill)
        return bill

    async def refund(self, bill: Key, amount: str | None = None) -> None:
        """The hospital gives back of a bill."""
        given: dict[str, Any] = {"bill_id": public("G", bill.id, bill.resident_id), "reason": "多收"}
        wanted = None if amount is None else Decimal(amount)
        await self.world.change(refunds.refund_bill, self.hospital, amount=wanted, **given)

    async def cancel(self, bill: Key) -> None:
        """The hospital takes a bill back."""
        given: dict[str, Any] = {"bill_id": public("G", bill.id, bill.resident_id), "reason": "重复"}
        await self.world.change(bills.cancel_bill, self.hospital, **given)

    async def end_refunds(self, state: State | None = State.SUCCEEDED) -> int:
        """The provider tells of all that is on its way back: how many that were. `state`: None for one that every refund has."""
        sql = (
            "select r.id, r.number, r.amount, p.number as order_number from refund r join payment p"
            " on p.resident_id = r.resident_id and p.id = r.payment_id where r.resident_id = $1 and r.status = 'PENDING'"
        )
        pending = await self.world.rows(sql, self.patient)
        for row in pending:
            end = state or (State.FAILED if row["id"].int % 4 == 0 else State.SUCCEEDED)
            told = RefundState(row["number"], row["order_number"], end, row["amount"], f"R-{row['number']}", self.world.now)
            async with self.world.pool.transaction() as connection:
                await apply(connection, self.world.now, os.urandom, self.patient, row["id"], told)
        return len(pending)

    @property
    def patient(self) -> UUID:
        assert self.admission.resident_id is not None
        return self.admission.resident_id

    async def one(self, table: str, id: UUID) -> Mapping[str, Any]:
        """A row of the patient's."""
        (row,) = await self.world.rows(f"select * from {table} where resident_id = $1 and id = $2", self.patient, id)
        return row

    async def final(self) -> Mapping[str, Any]:
        """The final bill."""
        (row,) = await self.world.rows("select * from bill where resident_id = $1 and kind = 'DISCHARGE'", self.patient)
        return row

    async def status(self, bill: Key) -> str:
        status: str = (await self.one("bill", bill.id))["status"]
        return status

    async def balance(self) -> tuple[int, bool]:
        """(fen, whether it is low), as the view has it."""
        sql = "select balance, deposit_low from api.admission where resident_id = $1 and key = $2"
        (row,) = await self.world.rows(sql, self.patient, self.admission.id)
        return row["balance"], row["deposit_low"]

    async def back(self) -> Sequence[tuple[int, str]]:
        """(fen, status) of what goes back, in the order in which it was asked for."""
        sql = "select amount, status from refund where resident_id = $1 order by requested_at, amount"
        return [(row["amount"], row["status"]) for row in await self.world.rows(sql, self.patient)]

    async def told(self, event: str) -> int:
        """How often the patient is to be told of it."""
        sql = (
            "select count(*) from outbox where job = 'send_notification' and args ->> 'event' = $1 and args ->> 'resident_id' = $2"
        )
        count: int = await self.world.value(sql, event, str(self.patient))
        return count

    async def check(self) -> None:
        """Every bill, payment and refund of the patient is as the ledger says."""
        async with self.world.pool.connection() as connection:
            rows = await ledger_check.rows(connection, [self.patient])
        assert list(differences(rows)) == []


async def world_that_pays(pool: Pool) -> World:
    """A world where one payment provider is on."""
    return await new_world(pool, payment_flows={METHOD: frozenset(PaymentFlow)})


async def admit(world: World, hospital: Viewer, resident: Viewer, deposit: str = "0", visit: Key | None = None) -> Stay:
    """Admits the resident."""
    visit = visit or await world.verify(hospital, await world.present(resident))
    given: dict[str, Any] = {"ward": "心内科 3 病区", "bed": "12", "deposit": Decimal(deposit)}
    made = await world.change(admissions.admit_patient, hospital, visit_id=public("V", visit.id, visit.resident_id), **given)
    world.later(seconds=1)
    return Stay(world, hospital, resident, visit, made.fields["admission"])


async def new_stay(pool: Pool) -> Stay:
    """A patient without a deposit; on the same ward lies another one, and the patient lies, long since, elsewhere too."""
    world = await world_that_pays(pool)
    hospital, resident = await world.institution(), await world.resident()
    for where, who in ((hospital, await world.resident()), (await world.institution(), resident)):
        noise = await admit(world, where, who)
        await noise.deposit("30")
        await noise.charge(noise.line("0.5"))
    world.later(minutes=1)
    return await admit(world, hospital, resident)
