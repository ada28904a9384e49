"""A small hospital where patients are admitted, pay, are charged and discharged in any order and several at a time, and where money
comes late, twice, or not at all, and sometimes does not find its way back.

Few patients, so that the acts get in each other's way. After each turn all the money must be somewhere.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from db import ledger_check
from domain.ids import Key
from domain.ledger import Account, balance
from domain.ledger_check import differences
from domain.payments import Told
from domain.refusals import Refusal
from domain.viewer import Viewer
from resolvers import payments
from tests.resolvers.stay import Stay, admit
from tests.resolvers.world import World, public

PATIENTS = 3
Act = tuple[str, int, int]

# What counts towards a final bill, what went back or is about to, and what is held still make up every deposit that was paid.
WRONG = """
with a as (select * from admission where resident_id = any($1)),
b as (select * from bill where resident_id = any($1)),
q as (select q.* from payment_bill q join payment p using (resident_id) where q.resident_id = any($1) and p.id = q.payment_id
      and p.status = 'SUCCEEDED'),
r as (select * from refund where resident_id = any($1))
select 'a part is not what was spent, went back and is held' as wrong, q.bill_id::text as what from q
where q.amount < q.applied + q.reserved or q.reserved <> (select coalesce(sum(r.amount), 0) from r
    where r.payment_id = q.payment_id and r.bill_id = q.bill_id and r.status <> 'FAILED')
union all select 'spent of what is no paid deposit', q.bill_id::text from q join b on b.id = q.bill_id
where q.applied > 0 and (b.kind <> 'DEPOSIT' or b.payment_id <> q.payment_id or b.status not in ('PAID', 'PARTLY_REFUNDED'))
union all select 'a final bill is not paid by what was spent', f.id::text from b f
where f.kind = 'DISCHARGE' and f.deposited <> (select coalesce(sum(q.applied), 0) from q join b d on d.id = q.bill_id
    where d.admission_id = f.admission_id and d.kind = 'DEPOSIT')
union all select 'a final bill that is not what was charged', a.id::text from a left join b on b.id = a.final_bill_id
where (a.status = 'DISCHARGED' and a.charged <> coalesce(b.total, 0)) or (a.status = 'ADMITTED' and a.final_bill_id is not null)
union all select 'a final bill whose lines are not it', f.id::text from b f
where f.kind = 'DISCHARGE' and f.total <> (select sum(i.amount) from bill_item i
    where i.resident_id = f.resident_id and i.bill_id = f.id)
union all select 'charged is not the sum of the charges', a.id::text from a
where a.charged <> (select coalesce(sum(c.amount), 0) from inpatient_charge c
    where c.resident_id = a.resident_id and c.admission_id = a.id)
union all select 'asked for although deposits were left', f.id::text from b f
where f.kind = 'DISCHARGE' and f.payable > 0 and exists (select from q join b d on d.id = q.bill_id
    where d.admission_id = f.admission_id and d.kind = 'DEPOSIT' and q.applied > 0 and q.amount > q.applied + q.reserved
    and not exists (select from r where r.bill_id = d.id))
union all select 'held although the stay is over and no refund failed', d.id::text from b d join a on a.id = d.admission_id
    join q on q.bill_id = d.id
where d.kind = 'DEPOSIT' and a.status = 'DISCHARGED' and q.amount > q.applied + q.reserved
    and not exists (select from r where r.bill_id = d.id and r.status = 'FAILED')
union all select 'a deposit to be paid although the stay is over', d.id::text from b d join a on a.id = d.admission_id
where d.kind = 'DEPOSIT' and a.status = 'DISCHARGED' and d.status in ('UNPAID', 'PAYING')
union all select 'kept of a bill that is cancelled', q.bill_id::text from q join b on b.id = q.bill_id
where b.status = 'CANCELLED' and q.amount > q.reserved and not exists (select from r where r.bill_id = b.id and r.status = 'FAILED')
union all select 'paid without a payment', b.id::text from b
where b.status in ('PAID', 'PARTLY_REFUNDED', 'REFUNDED') and b.payable > 0 and b.payment_id is null
"""


@dataclass
class Infirmary:
    """`stays`: each patient's newest, and one that is over; `done`: how often each act went well, or was refused, and why."""

    world: World
    stays: list[Stay]
    done: Counter[str] = field(default_factory=Counter)

    async def turn(self, acts: Sequence[Act]) -> None:
        """Does all of them at once, and looks where all the money is."""
        await asyncio.gather(*(self._act(*act) for act in acts))
        await self.check()

    async def check(self) -> None:
        """Fails unless every fen that was paid is held, spent, or on its way back, in the rows and in the ledger."""
        ids = [stay.patient for stay in self.stays]
        wrong = await self.world.rows(WRONG, ids)
        assert wrong == [], wrong
        async with self.world.pool.connection() as connection:
            rows = await ledger_check.rows(connection, ids)
        assert list(differences(rows)) == []
        assert sum(balance(rows.entries, account) for account in Account) == 0
        paid = sum(payment.amount - payment.refunded for payment in rows.payments if payment.status == "SUCCEEDED")
        assert balance(rows.entries, Account.PROVIDER) == paid

    async def settle(self) -> None:
        """Ends every stay and every refund. Then the patients have paid what their stays cost, and no deposit is held."""
        for stay in self.stays:
            await self._act("discharge", self.stays.index(stay), 0)
        for stay in self.stays:
            await stay.end_refunds(None)
        await self.check()
        sql = (
            "select q.bill_id, q.payment_id from payment_bill q join payment p using (resident_id) join bill b using (resident_id)"
            " where q.resident_id = $1 and p.id = q.payment_id and b.id = q.bill_id and p.status = 'SUCCEEDED'"
            " and b.kind = 'DEPOSIT' and q.amount > q.applied + q.reserved"
        )
        for stay in self.stays:
            for row in await self.world.rows(sql, stay.patient):  # a refund failed: the hospital gives it back once more
                if (await stay.one("bill", row["bill_id"]))["payment_id"] == row["payment_id"]:
                    await stay.refund(Key(row["bill_id"], stay.patient))
            await stay.end_refunds()
        await self.check()

    async def _act(self, name: str, a: int, b: int) -> None:
        try:
            await ACTS[name](self, a % len(self.stays), b)
            self.done[name] += 1
        except Refusal as refusal:
            self.done[f"{name}: {refusal.code}"] += 1

    async def admit(self, patient: int, n: int) -> None:
        old = self.stays[patient]
        self.stays[patient] = await admit(self.world, old.hospital, old.resident, f"{n % 4 * 100}", old.visit)

    async def deposit(self, patient: int, n: int) -> None:
        await self.stays[patient].ask(f"{1 + n % 500}.{n % 100:02}")

    async def charge(self, patient: int, n: int) -> None:
        stay = self.stays[patient]
        price = Decimal(("33.33", "0.07", "120")[n % 3])
        await stay.charge(*(stay.line(f"{1 + k}.{n % 7}", f"C{n % 2}", price) for k in range(1 + n % 3)))

    async def take_back(self, patient: int, n: int) -> None:
        await self.stays[patient].charge(self.stays[patient].line(f"-{1 + n % 3}.{n % 5}", f"C{n % 2}", Decimal("33.33")))

    async def discharge(self, patient: int, n: int) -> None:
        await self.stays[patient].discharge(insured=f"{n % 3 * 20}")

    async def start(self, patient: int, n: int) -> None:
        """Begins to pay one of the open bills, or two of them."""
        stay = self.stays[patient]
        sql = "select id from bill where resident_id = $1 and status = 'UNPAID' order by id"
        open_bills = [row["id"] for row in await self.world.rows(sql, stay.patient)]
        if open_bills:
            chosen = {open_bills[n % len(open_bills)], open_bills[n // 3 % len(open_bills)]}
            await stay.start(*(Key(id, stay.patient) for id in chosen))

    async def succeed(self, patient: int, n: int) -> None:
        """The provider has some money, perhaps of a payment that was given up long ago, perhaps not for the first time."""
        await self._learn(patient, n, Told.SUCCEEDED)

    async def fail(self, patient: int, n: int) -> None:
        await self._learn(patient, n, (Told.FAILED, Told.CLOSED)[n % 2])

    async def _learn(self, patient: int, n: int, told: Told) -> None:
        stay = self.stays[patient]
        ids = [
            row["id"]
            for row in await self.world.rows("select id from payment where resident_id = $1 order by id desc", stay.patient)
        ]
        if ids:
            await stay.learn(Key(ids[n * n % min(len(ids), 5)], stay.patient), told)

    async def give_up(self, patient: int, n: int) -> None:
        stay = self.stays[patient]
        id = await self.world.value("select id from payment where resident_id = $1 order by id desc limit 1", stay.patient)
        if id is not None:
            await self.world.change(payments.cancel_payment, stay.resident, payment_id=public("Y", id, stay.patient))

    async def refund(self, patient: int, n: int) -> None:
        await self.stays[patient].refund(await self._bill(patient, n), None if n % 3 == 0 else f"{n % 90}.5")

    async def cancel(self, patient: int, n: int) -> None:
        await self.stays[patient].cancel(await self._bill(patient, n))

    async def end_refunds(self, patient: int, _: int) -> None:
        await self.stays[patient].end_refunds(None)

    async def _bill(self, patient: int, n: int) -> Key:
        stay = self.stays[patient]
        ids = [
            row["id"] for row in await self.world.rows("select id from bill where resident_id = $1 order by id desc", stay.patient)
        ]
        return Key(ids[n % min(len(ids), 6)] if ids else UUID(int=0), stay.patient)


ACTS: dict[str, Callable[[Infirmary, int, int], Awaitable[None]]] = {
    "admit": Infirmary.admit,
    "deposit": Infirmary.deposit,
    "charge": Infirmary.charge,
    "take back": Infirmary.take_back,
    "discharge": Infirmary.discharge,
    "start": Infirmary.start,
    "succeed": Infirmary.succeed,
    "fail": Infirmary.fail,
    "give up": Infirmary.give_up,
    "refund": Infirmary.refund,
    "cancel": Infirmary.cancel,
    "end refunds": Infirmary.end_refunds,
}
LIKELY = {
    **{"admit": 4, "deposit": 5, "charge": 6, "take back": 2, "discharge": 2, "start": 8, "succeed": 8, "fail": 2, "give up": 1},
    **{"refund": 5, "cancel": 1, "end refunds": 2},
}


async def new_infirmary(world: World, hospital: Viewer | None = None) -> Infirmary:
    """Patients of a hospital that have just come."""
    place = hospital or await world.institution()
    return Infirmary(world, [await admit(world, place, await world.resident(), f"{n}00") for n in range(PATIENTS)])
