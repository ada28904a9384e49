"""An institution that bills a patient, for tests of bills. Other people's bills are always there."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.ids import Key
from domain.viewer import Viewer, ViewerKind
from resolvers import bills
from tests.resolvers.world import World, public

ITEMS = [
    {"code": "A1", "name": "阿莫西林", "quantity": Decimal("1.5"), "unit": "盒", "unit_price": Decimal("3.33")},
    {"code": "B2", "name": "诊查费", "quantity": Decimal("1"), "unit_price": Decimal("25")},
]


@dataclass
class Cashier:
    """Of the hospital, where the resident has a visit."""

    world: World
    hospital: Viewer
    resident: Viewer
    visit: Key

    @property
    def patient_id(self) -> UUID:
        """Whose visit it is."""
        assert self.visit.resident_id is not None
        return self.visit.resident_id

    async def issue(self, by: Viewer | None = None, **changes: Any) -> Key:
        """Issues a bill over 30.00, of which 10.00 are insured, unless the changes say otherwise."""
        visit_id = public("V", self.visit.id, self.visit.resident_id)
        given: Any = {"visit_id": visit_id, "number": "N-1", "items": ITEMS, "insured": Decimal("10"), **changes}
        key: Key = (await self.world.change(bills.issue_bill, by or self.hospital, **given)).fields["bill"]
        return key

    async def cancel(self, bill: Key, by: Viewer | None = None, reason: str = "重复开单") -> None:
        """Cancels it."""
        made = await self.world.change(bills.cancel_bill, by or self.hospital, bill_id=public_id(bill), reason=reason)
        assert made.fields == {"bill": bill}

    async def row(self, bill: Key) -> Mapping[str, Any]:
        """The bill as it is stored."""
        (row,) = await self.world.rows("select * from bill where resident_id = $1 and id = $2", bill.resident_id, bill.id)
        return row

    async def count(self, table: str) -> int:
        """How many rows the resident has there."""
        count: int = await self.world.value(f"select count(*) from {table} where resident_id = $1", self.resident.resident_id)
        return count

    async def done(self, action: str) -> int:
        """How often the audit tells that this was done to the resident."""
        sql = "select count(*) from audit where subject_id = $1 and action = $2"
        count: int = await self.world.value(sql, self.resident.resident_id, action)
        return count


def public_id(bill: Key) -> str:
    return public("G", bill.id, bill.resident_id)


async def open_till(world: World) -> Cashier:
    """A new hospital and a patient, who was billed elsewhere under the same number, as somebody else was under another."""
    resident, hospital, elsewhere = await world.resident(), await world.institution(), await world.institution()
    for patient in (resident, await world.resident()):
        visit = await world.verify(elsewhere, await world.present(patient))
        await Cashier(world, elsewhere, patient, visit).issue(number=f"N-{'1' if patient is resident else '2'}")
    return Cashier(world, hospital, resident, await world.verify(hospital, await world.present(resident)))


def payment_app(world: World) -> Viewer:
    """The world's app, with the scopes of one that carries payments."""
    scopes = frozenset({"payment:read", "payment:write"})
    return Viewer(ViewerKind.APP, client_id=world.client_id, app_id=world.app_id, scopes=scopes, name="某支付")
