"""Bills with their lines, and money."""

from uuid import UUID

import strawberry

from benchmarks.conventional.context import Info
from benchmarks.conventional.loaders import Row
from benchmarks.conventional.types import DateTime, Institution
from domain.enums import BillStatus, CareSetting
from domain.ids import PublicId


@strawberry.type
class Money:
    amount: str
    currency: str

    @classmethod
    def of(cls, fen: int) -> "Money":
        return cls(amount=f"{fen // 100}.{fen % 100:02}", currency="CNY")


@strawberry.type
class BillItem:
    name: str
    quantity: str
    unit_price: Money
    amount: Money

    @classmethod
    def of(cls, row: Row) -> "BillItem":
        prices = {name: Money.of(row[name]) for name in ("unit_price", "amount")}
        return cls(name=row["name"], quantity=row["quantity"], **prices)


@strawberry.type
class Bill:
    id: strawberry.ID
    status: BillStatus
    issued_at: DateTime
    care_setting: CareSetting
    total: Money
    insured: Money
    self_paid: Money
    key: strawberry.Private[tuple[UUID, UUID]]
    institution_id: strawberry.Private[UUID]

    @strawberry.field
    async def items(self, info: Info) -> list[BillItem]:
        rows = await info.context.loaders.bill_items.load(self.key)
        return [BillItem.of(row) for row in rows]

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        row = await info.context.loaders.institution.load(self.institution_id)
        return Institution.of(row) if row else None

    @classmethod
    def of(cls, row: Row) -> "Bill":
        return cls(
            id=strawberry.ID(PublicId("G", row["id"], row["resident_id"]).encode()),
            status=BillStatus(row["status"]),
            issued_at=DateTime(row["issued_at"]),
            care_setting=CareSetting(row["care_setting"]),
            total=Money.of(row["total"]),
            insured=Money.of(row["insured"]),
            self_paid=Money.of(row["self_paid"]),
            key=(row["resident_id"], row["id"]),
            institution_id=row["institution_id"],
        )
