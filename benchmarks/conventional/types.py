"""The types. A resolver for each relation, which asks its loader; plain fields are filled in when an object is made."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, NewType
from uuid import UUID

import strawberry
from strawberry.types.scalar import ScalarDefinition

from benchmarks.conventional.context import Info
from benchmarks.conventional.loaders import FileKey, Row, ScansKey
from domain.enums import (
    AppointmentStatus,
    BillStatus,
    CardStatus,
    CareScope,
    CareSetting,
    CareStep,
    CodePurpose,
    FileStatus,
    HealthRecordKind,
    ImageFormat,
    Relationship,
    ReportCategory,
    ScanOutcome,
    Sex,
    TerminalKind,
)
from domain.ids import PublicId
from domain.times import to_text

if TYPE_CHECKING:
    from benchmarks.conventional.appointments import AppointmentConnection
    from benchmarks.conventional.health_record import HealthRecord, HealthSummary
    from benchmarks.conventional.lists import Appointments, Bills, Notifications, Reports

Date = NewType("Date", date)
DateTime = NewType("DateTime", datetime)
SCALARS: dict[object, ScalarDefinition] = {
    Date: strawberry.scalar(name="Date", serialize=str, parse_value=date.fromisoformat),
    DateTime: strawberry.scalar(name="DateTime", serialize=to_text),
}

ENUMS = (
    AppointmentStatus, BillStatus, CardStatus, CareScope, CareSetting, CareStep, CodePurpose, FileStatus, HealthRecordKind,
    ImageFormat, Relationship, ReportCategory, ScanOutcome, Sex, TerminalKind,
)  # fmt: skip
for kind in ENUMS:
    strawberry.enum(kind)


def _id(letter: str, row: Row, owned: bool = True) -> strawberry.ID:
    return strawberry.ID(PublicId(letter, row["id"], row["resident_id"] if owned else None).encode())


@strawberry.type
class File:
    status: FileStatus
    url: str | None

    @classmethod
    def of(cls, row: Row, info: Info) -> "File":
        expires_at = row["expires_at"]
        shows = row["status"] == "READY" and row["revoked_at"] is None and (expires_at is None or expires_at > datetime.now(UTC))
        return cls(status=FileStatus(row["status"]), url=f"{info.context.public_url}/files/{row['key']}" if shows else None)


@strawberry.type
class Institution:
    id: strawberry.ID
    name: str
    district: str
    address: str
    key: strawberry.Private[UUID]

    @strawberry.field
    async def appointments(
        self, info: Info, date: Date, first: int, department_id: strawberry.ID | None = None, after: str | None = None
    ) -> Annotated["AppointmentConnection", strawberry.lazy("benchmarks.conventional.appointments")]:
        from benchmarks.conventional.appointments import day_list

        return await day_list(info, self.key, date, department_id, first)

    @classmethod
    def of(cls, row: Row) -> "Institution":
        return cls(id=_id("I", row, owned=False), name=row["name"], district=row["district"], address=row["address"], key=row["id"])


@strawberry.type
class Scan:
    id: strawberry.ID
    care_step: CareStep
    care_setting: CareSetting
    purpose: CodePurpose
    outcome: ScanOutcome
    terminal_kind: TerminalKind
    scanned_at: DateTime
    institution_id: strawberry.Private[UUID]

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        row = await info.context.loaders.institution.load(self.institution_id)
        return Institution.of(row) if row else None

    @classmethod
    def of(cls, row: Row) -> "Scan":
        return cls(
            id=_id("N", row),
            care_step=CareStep(row["care_step"]),
            care_setting=CareSetting(row["care_setting"]),
            purpose=CodePurpose(row["purpose"]),
            outcome=ScanOutcome(row["outcome"]),
            terminal_kind=TerminalKind(row["terminal_kind"]),
            scanned_at=DateTime(row["scanned_at"]),
            institution_id=row["institution_id"],
        )


@strawberry.type
class ScanConnection:
    nodes: list[Scan]


@strawberry.type
class PrintedCode:
    id: strawberry.ID
    label: str | None
    created_at: DateTime
    revoked_at: DateTime | None
    key: strawberry.Private[tuple[UUID, UUID]]

    @strawberry.field
    async def document(self, info: Info) -> File | None:
        info.context.saw(self.key[0], "FILE")
        row = await info.context.loaders.file.load(FileKey(*self.key, "PDF"))
        return File.of(row, info) if row else None

    @classmethod
    def of(cls, row: Row) -> "PrintedCode":
        return cls(
            id=_id("P", row),
            label=row["label"],
            created_at=DateTime(row["created_at"]),
            revoked_at=DateTime(row["revoked_at"]) if row["revoked_at"] else None,
            key=(row["resident_id"], row["id"]),
        )


@strawberry.type
class Card:
    id: strawberry.ID
    number: str
    status: CardStatus
    issued_at: DateTime
    key: strawberry.Private[tuple[UUID, UUID]]

    @strawberry.field
    async def image(self, info: Info, format: ImageFormat = ImageFormat.SVG) -> File | None:
        info.context.saw(self.key[0], "FILE")
        row = await info.context.loaders.file.load(FileKey(*self.key, format.value))
        return File.of(row, info) if row else None

    @strawberry.field
    async def printed_codes(self, info: Info) -> list[PrintedCode]:
        return [PrintedCode.of(row) for row in await info.context.loaders.printed_codes.load(self.key)]

    @strawberry.field
    async def scans(self, info: Info, first: int = 20) -> ScanConnection:
        return ScanConnection(nodes=[Scan.of(row) for row in await info.context.loaders.scans.load(ScansKey(*self.key, first))])

    @classmethod
    def of(cls, row: Row) -> "Card":
        return cls(
            id=_id("C", row),
            number=row["number"],
            status=CardStatus(row["status"]),
            issued_at=DateTime(row["issued_at"]),
            key=(row["resident_id"], row["id"]),
        )


@strawberry.type
class FamilyMember:
    id: strawberry.ID
    relationship: Relationship
    scopes: list[CareScope]
    expires_at: DateTime | None
    member_id: strawberry.Private[UUID]

    @strawberry.field
    async def resident(self, info: Info) -> "Resident | None":
        return await Resident.load(self.member_id, info)

    @classmethod
    def of(cls, row: Row) -> "FamilyMember":
        return cls(
            id=_id("M", row),
            relationship=Relationship(row["relationship"]),
            scopes=[CareScope(scope) for scope in row["scopes"]],
            expires_at=DateTime(row["expires_at"]) if row["expires_at"] else None,
            member_id=row["member_id"],
        )


@strawberry.type
class Resident:
    id: strawberry.ID
    full_name: str
    sex: Sex | None
    birth_date: Date | None
    document_number_masked: str | None
    phone_masked: str | None
    key: strawberry.Private[UUID]

    @strawberry.field
    async def card(self, info: Info) -> Card | None:
        info.context.saw(self.key, "CARD")
        row = await info.context.loaders.card.load(self.key)
        return Card.of(row) if row else None

    @strawberry.field
    async def family_members(self, info: Info) -> list[FamilyMember]:
        return [FamilyMember.of(row) for row in await info.context.loaders.family.load(self.key)]

    @strawberry.field
    async def notifications(
        self, unread_only: bool = False, first: int = 20
    ) -> Annotated["Notifications", strawberry.lazy("benchmarks.conventional.lists")]:
        from benchmarks.conventional.lists import Notifications

        return Notifications(key=self.key, unread_only=unread_only, first=first)

    @strawberry.field
    async def appointments(
        self, info: Info, statuses: list[AppointmentStatus] | None = None, first: int = 20
    ) -> Annotated["Appointments", strawberry.lazy("benchmarks.conventional.lists")]:
        from benchmarks.conventional import lists

        return await lists.appointments(info, self.key, statuses, first)

    @strawberry.field
    async def bills(
        self, info: Info, statuses: list[BillStatus] | None = None, first: int = 20
    ) -> Annotated["Bills", strawberry.lazy("benchmarks.conventional.lists")]:
        from benchmarks.conventional import lists

        return await lists.bills(info, self.key, statuses, first)

    @strawberry.field
    async def reports(
        self, info: Info, categories: list[ReportCategory] | None = None, first: int = 20
    ) -> Annotated["Reports", strawberry.lazy("benchmarks.conventional.lists")]:
        from benchmarks.conventional import lists

        return await lists.reports(info, self.key, categories, first)

    @strawberry.field
    async def health_summary(
        self, info: Info
    ) -> Annotated["HealthSummary", strawberry.lazy("benchmarks.conventional.health_record")] | None:
        from benchmarks.conventional import health_record

        return await health_record.summary(info, self.key)

    @strawberry.field
    async def health_record(
        self,
        info: Info,
        kinds: list[HealthRecordKind] | None = None,
        from_day: Annotated[Date | None, strawberry.argument(name="from")] = None,
        to: Date | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Annotated["HealthRecord", strawberry.lazy("benchmarks.conventional.health_record")]:
        from benchmarks.conventional import health_record

        return await health_record.timeline(info, self.key, kinds, (from_day, to), first)

    @classmethod
    async def load(cls, key: UUID, info: Info) -> "Resident | None":
        row = await info.context.loaders.resident.load(key)
        if row is None:
            return None
        info.context.saw(key, "IDENTITY")
        shows = row["shows_card"]
        return cls(
            id=strawberry.ID(PublicId("R", key).encode()),
            full_name=row["full_name"],
            sex=Sex(row["sex"]) if shows else None,
            birth_date=row["birth_date"] if shows else None,
            document_number_masked=row["document_masked"] if shows else None,
            phone_masked=row["phone_masked"] if shows else None,
            key=key,
        )
