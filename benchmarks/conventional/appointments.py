"""The day list of an institution, and what an appointment leads to."""

from uuid import UUID

import strawberry

from benchmarks.conventional.bills import Bill, Money
from benchmarks.conventional.context import Info
from benchmarks.conventional.loaders import Owned, Row
from benchmarks.conventional.pages import PageInfo, cursor
from benchmarks.conventional.types import Date, DateTime, Institution
from domain.enums import AppointmentStatus, Sex
from domain.ids import PublicId

PAGE = """
select * from appointment
where institution_id = $1 and day = $2 and ($3::uuid is null or department_id = $3) order by starts_at, id limit $4
"""
COUNT = "select count(*) from appointment where institution_id = $1 and day = $2 and ($3::uuid is null or department_id = $3)"


@strawberry.type
class Doctor:
    name: str
    title: str


@strawberry.type
class Department:
    name: str


@strawberry.type
class Patient:
    id: strawberry.ID
    full_name: str | None
    sex: Sex | None
    birth_date: Date | None


@strawberry.type
class Appointment:
    id: strawberry.ID
    starts_at: DateTime
    status: AppointmentStatus
    queue_number: int
    fee: Money
    row: strawberry.Private[Row]

    @strawberry.field
    async def resident(self, info: Info) -> Patient | None:
        resident_id: UUID = self.row["resident_id"]
        row = await info.context.loaders.patient.load(resident_id)
        if row is None:
            return None
        info.context.saw(resident_id, "IDENTITY")
        id = strawberry.ID(PublicId("R", resident_id).encode())
        return Patient(id=id, full_name=row["full_name"], sex=Sex(row["sex"]), birth_date=row["birth_date"])

    @strawberry.field
    async def doctor(self, info: Info) -> Doctor | None:
        row = await info.context.loaders.doctor.load(self.row["doctor_id"])
        return Doctor(name=row["name"], title=row["title"]) if row else None

    @strawberry.field
    async def department(self, info: Info) -> Department | None:
        row = await info.context.loaders.department.load(self.row["department_id"])
        return Department(name=row["name"]) if row else None

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        row = await info.context.loaders.institution.load(self.row["institution_id"])
        return Institution.of(row) if row else None

    @strawberry.field
    async def bill(self, info: Info) -> Bill | None:
        key: Owned = (self.row["resident_id"], self.row["bill_id"])
        row = await info.context.loaders.bill.load(key)
        return Bill.of(row) if row else None

    @classmethod
    def of(cls, row: Row) -> "Appointment":
        return cls(
            id=strawberry.ID(PublicId("B", row["id"], row["resident_id"]).encode()),
            starts_at=DateTime(row["starts_at"]),
            status=AppointmentStatus(row["status"]),
            queue_number=row["queue_number"],
            fee=Money.of(row["fee"]),
            row=row,
        )


@strawberry.type
class AppointmentEdge:
    node: Appointment


@strawberry.type
class AppointmentConnection:
    page_info: PageInfo
    edges: list[AppointmentEdge]
    list_of: strawberry.Private[tuple[UUID, Date, UUID | None]]

    @strawberry.field
    async def total_count(self, info: Info) -> int:
        count: int = await info.context.pool.fetchval(COUNT, *self.list_of)
        return count


async def day_list(
    info: Info, institution_id: UUID, day: Date, department_id: strawberry.ID | None, first: int
) -> AppointmentConnection:
    """The institution's own; nobody else's."""
    viewer = info.context.viewer
    found = PublicId.decode(department_id) if department_id else None
    list_of = (institution_id, day, found.id if found else None)
    rows: list[Row] = []
    if institution_id == viewer.institution_id and "appointment:read" in viewer.scopes:
        rows = await info.context.pool.fetch(PAGE, *list_of, first + 1)
    page = rows[:first]
    for row in page:
        info.context.saw(row["resident_id"], "APPOINTMENT")
    end = cursor(page[-1]["starts_at"], page[-1]["id"]) if page else None
    shown = PageInfo(has_next_page=len(rows) > first, end_cursor=end)
    return AppointmentConnection(
        page_info=shown, edges=[AppointmentEdge(node=Appointment.of(row)) for row in page], list_of=list_of
    )
