"""A hospital that prescribes and the pharmacy that hands out, for tests. Other people's prescriptions are there, at the same
pharmacy and from the same hospital, and the same patient's elsewhere."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from db import payment_moves
from db.pool import Pool
from domain.enums import CareStep, CodePurpose, PaymentFlow, PaymentMethod
from domain.ids import Key
from domain.payments import Fact, Told
from domain.viewer import Viewer
from resolvers import payments, pickups, prescriptions
from tests.resolvers.hospital import publish
from tests.resolvers.world import World, new_world, public

ITEMS = [
    {
        "code": "A1",
        "medicine": "阿莫西林胶囊",
        "dose": "0.5g",
        "route": "口服",
        "frequency": "每日三次",
        "days": 7,
        "quantity": Decimal("2"),
        "unit": "盒",
        "unit_price": Decimal("12.50"),
    },
    {
        "medicine": "布洛芬缓释胶囊",
        "dose": "0.3g",
        "route": "口服",
        "frequency": "必要时",
        "days": 3,
        "quantity": Decimal("1.5"),
        "unit": "盒",
        "unit_price": Decimal("10"),
    },
]
TOTAL, INSURED = 4_000, 1_500


@dataclass
class Pharmacy:
    """`hospital` prescribes for the `resident` in `visit`, by `doctor` (a public id); `pharmacy` hands out, and may be the same."""

    world: World
    hospital: Viewer
    pharmacy: Viewer
    resident: Viewer
    visit: Key
    doctor: str

    async def issue(self, by: Viewer | None = None, **changes: Any) -> Key:
        """Prescribes for 40.00, of which 15.00 are insured, unless the changes say otherwise."""
        given: dict[str, Any] = {
            "visit_id": public("V", self.visit.id, self.visit.resident_id),
            "doctor_id": self.doctor,
            "pharmacy_id": public("I", self.pharmacy.institution_id),  # type: ignore[arg-type]  # an institution has one
            "items": ITEMS,
            "insured": Decimal("15"),
            **changes,
        }
        return await self._made(prescriptions.issue_prescription, by or self.hospital, **given)

    async def ready(self, prescription: Key, by: Viewer | None = None) -> Key:
        """The pharmacy has it ready."""
        id = prescription_id(prescription)
        return await self._made(prescriptions.mark_prescription_ready, by or self.pharmacy, prescription_id=id)

    async def paid(self, **changes: Any) -> Key:
        """One that is issued and paid."""
        key = await self.issue(**changes)
        await self.pay(key)
        return key

    async def waiting(self, **changes: Any) -> Key:
        """One that is ready to be collected."""
        return await self.ready(await self.paid(**changes))

    async def cancel(self, prescription: Key, by: Viewer | None = None, reason: str = "开错") -> Key:
        """The hospital takes it back."""
        given = {"prescription_id": prescription_id(prescription), "reason": reason}
        return await self._made(prescriptions.cancel_prescription, by or self.hospital, **given)

    async def dispense(self, prescription: Key, visit: Key, *items: tuple[int, str], by: Viewer | None = None) -> Key:
        """Hands out so much of the n-th item each, or all that is left."""
        rows = await self.items(prescription)
        asked = [
            {"item_id": public("i", rows[n]["id"], prescription.resident_id), "quantity": Decimal(quantity)}
            for n, quantity in items
        ]
        return await self.hand_out(prescription, visit, by, **({"items": asked} if asked else {}))

    async def hand_out(self, prescription: Key, visit: Key, by: Viewer | None = None, **given: Any) -> Key:
        """The same, as it is given."""
        ids = {"prescription_id": prescription_id(prescription), "visit_id": public("V", visit.id, visit.resident_id)}
        return await self._made(prescriptions.dispense_prescription, by or self.pharmacy, **ids, **given)

    async def collecting(self, code: str | None = None, at: Viewer | None = None) -> Key:
        """The visit that the resident's own code, or this one, opens at the pharmacy."""
        shown = code or await self.world.present(self.resident, CodePurpose.COLLECT)
        return await self.world.verify(at or self.pharmacy, shown, CareStep.COLLECT_MEDICINE)

    async def delegate(self, prescription: Key, by: Viewer | None = None, name: str = "李四") -> Mapping[str, Any]:
        """A code for somebody else."""
        given: dict[str, Any] = {"prescription_id": prescription_id(prescription), "delegate_name": name}
        code: Mapping[str, Any] = (await self.world.change(pickups.delegate_pickup, by or self.resident, **given)).fields["code"]
        return code

    async def start_paying(self, prescription: Key) -> Key:
        """A payment of its bill is under way."""
        ids = [public("G", (await self.row(prescription))["bill_id"], prescription.resident_id)]
        made = await self.world.change(payments.start_payment, self.resident, bill_ids=ids, method=PaymentMethod.ALIPAY)
        key: Key = made.fields["payment"]
        return key

    async def pay(self, prescription: Key) -> Key:
        """Pays its bill."""
        payment, bill = await self.start_paying(prescription), await self.bill(prescription)
        await self.succeed(payment, bill["self_paid"])
        return payment

    async def succeed(self, payment: Key, amount: int) -> None:
        """The provider has the money."""
        assert payment.resident_id is not None
        fact = Fact(Told.SUCCEEDED, amount, payment.id.hex, self.world.now)
        async with self.world.pool.transaction() as connection:
            await payment_moves.learn(connection, self.world.now, os.urandom, payment.resident_id, payment.id, fact)

    async def row(self, prescription: Key) -> Mapping[str, Any]:
        """As it is stored."""
        sql = "select * from prescription where resident_id = $1 and id = $2"
        (row,) = await self.world.rows(sql, prescription.resident_id, prescription.id)
        return row

    async def bill(self, prescription: Key) -> Mapping[str, Any]:
        """Its bill as it is stored."""
        sql = "select * from bill where resident_id = $1 and id = $2"
        (row,) = await self.world.rows(sql, prescription.resident_id, (await self.row(prescription))["bill_id"])
        return row

    async def items(self, prescription: Key) -> list[Mapping[str, Any]]:
        """Its items as they are stored."""
        sql = "select * from prescription_item where resident_id = $1 and prescription_id = $2 order by position"
        return await self.world.rows(sql, prescription.resident_id, prescription.id)

    async def dispensed(self, prescription: Key) -> list[Decimal]:
        """How much of each item was handed out; what was written down each time comes to as much."""
        sql = (
            "select coalesce(sum(d.quantity), 0) as sum, i.dispensed from prescription_item i"
            " left join dispensing d on d.resident_id = i.resident_id and d.item_id = i.id"
            " where i.resident_id = $1 and i.prescription_id = $2 group by i.position, i.dispensed order by i.position"
        )
        rows = await self.world.rows(sql, prescription.resident_id, prescription.id)
        assert all(row["sum"] == row["dispensed"] for row in rows)
        return [row["dispensed"] for row in rows]

    async def done(self, action: str) -> int:
        """How often the audit says so of the resident."""
        sql = "select count(*) from audit where subject_id = $1 and action = $2"
        count: int = await self.world.value(sql, self.resident.resident_id, action)
        return count

    async def told(self, id: Any) -> list[str]:
        """Of what about the thing people are to be told."""
        sql = "select args->>'event' as event from outbox where args->>'subject_id' = $1 order by id"
        return [row["event"] for row in await self.world.rows(sql, str(id))]

    async def _made(self, resolve: Any, by: Viewer, **given: Any) -> Key:
        key: Key = (await self.world.change(resolve, by, **given)).fields["prescription"]
        return key


def prescription_id(key: Key) -> str:
    """The public id."""
    return public("p", key.id, key.resident_id)


async def open_pharmacy(world: World) -> Pharmacy:
    """A pharmacy of its own beside the hospital, with other people's prescriptions around."""
    hospital, apart, resident = await world.institution(), await world.institution(), await world.resident()
    here = await _pharmacy(world, hospital, apart, resident)
    await (await _pharmacy(world, hospital, apart, await world.resident())).issue()
    await (await _pharmacy(world, await world.institution(), await world.institution(), resident)).issue()
    return here


async def paying_world(pool: Pool) -> World:
    """A world in which one can pay."""
    return await new_world(pool, payment_flows={PaymentMethod.ALIPAY: frozenset({PaymentFlow.QR_CODE})})


async def _pharmacy(world: World, hospital: Viewer, pharmacy: Viewer, resident: Viewer) -> Pharmacy:
    await publish(world, hospital)
    (doctor,) = await world.rows("select id from doctor where institution_id = $1 and code = 'M1'", hospital.institution_id)
    visit = await world.verify(hospital, await world.present(resident))
    return Pharmacy(world, hospital, pharmacy, resident, visit, public("H", doctor["id"]))
