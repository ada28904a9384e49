"""The health record: the summary, and the timeline, whose entries are loaded kind by kind."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from benchmarks.conventional import statements
from benchmarks.conventional.context import Info
from benchmarks.conventional.loaders import Row
from benchmarks.conventional.pages import PageInfo, cursor
from benchmarks.conventional.types import Date, DateTime, Institution
from domain.enums import AllergySeverity, BloodType, CareSetting, ConditionStatus, ReportCategory
from domain.ids import PublicId

for enum in (AllergySeverity, BloodType, ConditionStatus):
    strawberry.enum(enum)


@strawberry.interface
class HealthRecordEntry:
    row: strawberry.Private[Row]
    letter: strawberry.Private[str]
    at: strawberry.Private[datetime]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(PublicId(self.letter, self.row["id"], self.row["resident_id"]).encode())

    @strawberry.field
    def occurred_at(self) -> DateTime:
        return DateTime(self.at)

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        row = await info.context.loaders.institution.load(self.row["institution_id"])
        return Institution.of(row) if row else None


@strawberry.type
class Named:
    """A department or a doctor, of whom only the name is asked for."""

    name: str


@strawberry.type
class Diagnosis:
    code: str
    display: str


@strawberry.type
class Encounter(HealthRecordEntry):
    @strawberry.field
    def care_setting(self) -> CareSetting:
        return CareSetting(self.row["care_setting"])

    @strawberry.field
    async def department(self, info: Info) -> Named | None:
        row = await info.context.loaders.department.load(self.row["department_id"])
        return Named(name=row["name"]) if row else None

    @strawberry.field
    async def doctor(self, info: Info) -> Named | None:
        row = await info.context.loaders.doctor.load(self.row["doctor_id"])
        return Named(name=row["name"]) if row else None

    @strawberry.field
    async def diagnoses(self, info: Info) -> list[Diagnosis]:
        rows = await info.context.loaders.diagnoses.load((self.row["resident_id"], self.row["id"]))
        return [Diagnosis(code=row["code"], display=row["display"]) for row in rows]


@strawberry.type
class Condition(HealthRecordEntry):
    code: str
    display: str
    since: Date | None
    status: ConditionStatus


@strawberry.type
class Allergy(HealthRecordEntry):
    substance: str
    reaction: str | None
    severity: AllergySeverity


@strawberry.type
class Immunization(HealthRecordEntry):
    vaccine: str
    dose: str | None
    given_on: Date


@strawberry.type
class Admission(HealthRecordEntry):
    admitted_at: DateTime
    discharged_at: DateTime | None
    ward: str


@strawberry.type
class Report(HealthRecordEntry):
    title: str
    category: ReportCategory
    issued_at: DateTime
    read_at: DateTime | None

    @classmethod
    def of(cls, row: Row) -> "Report":
        return _entry("REPORT", row, row["issued_at"])  # type: ignore[return-value]  # as KINDS has it


@strawberry.type
class PrescriptionItem:
    medicine: str
    quantity: str


@strawberry.type
class Prescription(HealthRecordEntry):
    @strawberry.field
    async def items(self, info: Info) -> list[PrescriptionItem]:
        rows = await info.context.loaders.prescription_items.load((self.row["resident_id"], self.row["id"]))
        return [PrescriptionItem(medicine=row["medicine"], quantity=row["quantity"]) for row in rows]


# Of each kind: its type, its letter, and which fields are columns.
KINDS: dict[str, tuple[type[HealthRecordEntry], str, tuple[str, ...]]] = {
    "ENCOUNTER": (Encounter, "e", ()),
    "CONDITION": (Condition, "d", ("code", "display", "since", "status")),
    "ALLERGY": (Allergy, "a", ("substance", "reaction", "severity")),
    "IMMUNIZATION": (Immunization, "m", ("vaccine", "dose", "given_on")),
    "ADMISSION": (Admission, "n", ("admitted_at", "discharged_at", "ward")),
    "REPORT": (Report, "r", ("title", "category", "issued_at", "read_at")),
    "PRESCRIPTION": (Prescription, "p", ()),
}
ENUMS = {"status": ConditionStatus, "severity": AllergySeverity, "category": ReportCategory}


def _entry(kind: str, row: Row, at: datetime) -> HealthRecordEntry:
    made, letter, columns = KINDS[kind]
    given = {name: ENUMS[name](row[name]) if name in ENUMS else row[name] for name in columns}
    return made(row=row, letter=letter, at=at, **given)


@strawberry.type
class Medication:
    medicine: str
    dose: str
    since: Date


@strawberry.type
class HealthSummary:
    blood_type: BloodType | None
    key: strawberry.Private[UUID]

    @strawberry.field
    async def allergies(self, info: Info) -> list[Allergy]:
        return await self._listed(info, "ALLERGY", statements.ALLERGIES)

    @strawberry.field
    async def conditions(self, info: Info) -> list[Condition]:
        return await self._listed(info, "CONDITION", statements.CONDITIONS)

    @strawberry.field
    async def immunizations(self, info: Info) -> list[Immunization]:
        return await self._listed(info, "IMMUNIZATION", statements.IMMUNIZATIONS)

    @strawberry.field
    async def medications(self, info: Info) -> list[Medication]:
        info.context.saw(self.key, "PRESCRIPTION")
        rows = await info.context.pool.fetch(statements.MEDICATIONS, self.key, info.context.viewer.resident_id)
        return [Medication(medicine=row["medicine"], dose=row["dose"], since=row["since"]) for row in rows]

    async def _listed(self, info: Info, kind: str, sql: str) -> list[Any]:
        rows = await info.context.pool.fetch(sql, self.key, info.context.viewer.resident_id)
        return [_entry(kind, row, row["occurred_at"]) for row in rows]


@strawberry.type
class HealthRecordEdge:
    node: HealthRecordEntry


@strawberry.type
class HealthRecord:
    page_info: PageInfo
    edges: list[HealthRecordEdge]


async def summary(info: Info, key: UUID) -> HealthSummary | None:
    info.context.saw(key, "RECORD")
    row = await info.context.pool.fetchrow(statements.SUMMARY, key, info.context.viewer.resident_id)
    if row is None:
        return None
    return HealthSummary(blood_type=BloodType(row["blood_type"]) if row["blood_type"] else None, key=key)


async def timeline(info: Info, key: UUID, kinds: Any, days: tuple[Any, Any], first: int) -> HealthRecord:
    for kind in ("RECORD", "REPORT", "PRESCRIPTION"):
        info.context.saw(key, kind)
    viewer = info.context.viewer.resident_id
    rows = await info.context.pool.fetch(statements.TIMELINE, key, viewer, kinds, *days, first + 1)
    page = rows[:first]
    keys = [(row["kind"], row["resident_id"], row["id"]) for row in page]
    entries = await info.context.loaders.entry.load_many(keys)
    edges = [
        HealthRecordEdge(node=_entry(row["kind"], entry, row["occurred_at"]))
        for row, entry in zip(page, entries, strict=True)
        if entry is not None
    ]
    end = cursor(page[-1]["occurred_at"], page[-1]["id"]) if page else None
    return HealthRecord(page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=end), edges=edges)
