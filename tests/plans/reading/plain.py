"""The third reading: plain graphql-core resolvers that look at one row at a time.

Whose rows somebody may see is stated here from the contract, in Python and by itself: nothing of schema/ or plans/ is used but the
printed schema. `fields` has what is no column.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.viewer import Viewer
from tests.plans.reading.city import City, Record
from tests.plans.reading.texts import SHANGHAI

TABLES = {
    "Resident": "resident", "FamilyMember": "family_member", "Carer": "carer", "Session": "session", "Card": "card", "File": "file",
    "CardBinding": "card_binding",
    "PrintedCode": "printed_code", "Scan": "scan", "Visit": "visit", "Institution": "institution", "Department": "department",
    "App": "app", "Client": "client", "FailedJob": "outbox", "Worker": "worker_heartbeat", "Doctor": "doctor", "Slot": "slot",
    "Appointment": "appointment", "Bill": "bill", "BillItem": "bill_item", "Payment": "payment", "Refund": "refund",
    "Encounter": "encounter", "Diagnosis": "diagnosis", "Condition": "condition", "Allergy": "allergy",
    "Immunization": "immunization", "Admission": "admission", "HealthSummary": "resident", "HealthRecordEntry": "encounter",
    "InpatientCharge": "inpatient_charge", "Consent": "consent", "AccessLogEntry": "access_log",
    "Notification": "notification", "NotificationPreferences": "resident",
    "Prescription": "prescription", "PrescriptionItem": "prescription_item", "Dispensing": "dispensing",
    "Medication": "prescription_item",
    "FamilyDoctorTeam": "family_doctor_team", "FamilyDoctorPackage": "family_doctor_package", "PromisedService": "promised_service",
    "FamilyDoctorAgreement": "family_doctor_agreement", "AgreementService": "agreement_service",
    "Report": "report", "Observation": "observation", "ReportLink": "report_link",
    "WaitlistEntry": "waitlist_entry", "PlaceReturn": "place_return", "Settlement": "settlement", "Discrepancy": "discrepancy",
    "Device": "device",
}  # fmt: skip


# The scope with which carers see a type, where it is not CARD; None: each carer does.
CARERS = {"Resident": None, "Appointment": "APPOINTMENTS"}
EXPECTED = "EXPECTED"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that the viewer may see. `narrow`: as for which step alone it is shown, where what led to it says so: EXPECTED where an
    appointment did. `through`: the visit of the resident that led to it."""

    type: str
    data: Record
    narrow: str | None = None
    through: Record | None = None


@dataclass(slots=True)
class Reader:
    """One request. `others`: the residents of whom something was read, beside the viewer, and the types of what was. `through`: the
    visit that led to what is read just now; `passed`: all that led anywhere."""

    city: City
    viewer: Viewer
    now: datetime
    server_time: str
    others: dict[UUID, set[str]] = field(default_factory=dict)
    through: Record | None = None
    passed: list[Record] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.viewer.kind.value

    def see(self, type_name: str, record: Record | None, narrow: str | None = None) -> Row | None:
        """The row, if it is there and the viewer may see it."""
        if record is None or not self.is_current(type_name, record) or not self.may_see(type_name, record):
            return None
        owner = record.get("resident_id")
        if owner is not None and owner != self.viewer.resident_id:
            self.others.setdefault(owner, set()).add(type_name)
        if type_name == "Visit":
            self.passed.append(record)
            return Row(type_name, record, narrow, record)
        is_same = self.through is not None and owner == self.through["resident_id"]
        return Row(type_name, record, narrow, self.through if is_same else None)

    def all(self, type_name: str, **equal: Any) -> list[Record]:
        """The rows of a type that the viewer may see, in no order."""
        rows = self.city.rows(TABLES[type_name], **equal)
        return [row for row in rows if self.is_current(type_name, row) and self.may_see(type_name, row)]

    def is_current(self, type_name: str, row: Record) -> bool:
        """Whether the platform still shows it to anyone."""
        if type_name == "FailedJob":
            return bool(row["state"] == "failed")
        if type_name == "Session":
            return row["ended_at"] is None and self.is_open(row)
        if type_name == "Carer" and row["place"] is None:
            return False
        return type_name not in ("FamilyMember", "Carer") or self.is_open(row)

    def is_open(self, row: Record) -> bool:
        return bool(row["expires_at"] is None or row["expires_at"] > self.now)

    def cares(self, resident_id: UUID, scope: str | None = None) -> bool:
        """Whether the viewer cares for the resident, with the scope."""
        rows = self.city.rows("carer", resident_id=resident_id, carer_id=self.viewer.resident_id)
        return any(self.is_open(row) and (scope is None or scope in row["scopes"]) for row in rows)

    def treats(self, resident_id: UUID, steps: tuple[str, ...] | None = None) -> bool:
        """Whether the resident is at the viewer's institution now, for one of the steps. Who lies there is, to be treated."""
        lies_here = self.lies_here(resident_id) and (steps is None or "DIAGNOSE" in steps)
        return lies_here or any(steps is None or row["care_step"] in steps for row in self.visits(resident_id))

    def lies_here(self, resident_id: UUID) -> bool:
        """Whether the resident was admitted to the viewer's institution, and no visit leads to what is read."""
        stay = {"resident_id": resident_id, "institution_id": self.viewer.institution_id, "status": "ADMITTED"}
        return self.through is None and bool(self.city.rows("admission", **stay))

    def visits(self, resident_id: UUID) -> list[Record]:
        """The resident's open visits at the viewer's institution that count: where one leads to what is read, no other does."""
        rows = self.city.rows("visit", resident_id=resident_id, institution_id=self.viewer.institution_id)
        return [row for row in rows if self.is_open(row) and self.through in (None, row)]

    def step(self, resident_id: UUID) -> str | None:
        """For which step the resident was read: of a visit that led there, where one did; one with a broken glass before others."""
        passed = [row for row in self.passed if row["resident_id"] == resident_id]
        self.through = None
        visits = [row for row in self.visits(resident_id) if not passed or row in passed]
        last = max(visits, key=lambda row: (row["break_glass"], row["id"]), default=None)
        return None if last is None else str(last["care_step"])

    def expects(self, resident_id: UUID) -> bool:
        """Whether the resident comes to the viewer's institution today or later, or came today."""
        rows = self.city.rows("appointment", resident_id=resident_id, institution_id=self.viewer.institution_id)
        return any(row["day"] >= self.today and row["status"] in ("BOOKED", "CHECKED_IN", "COMPLETED") for row in rows)

    def is_let_in(self, resident_id: UUID) -> bool:
        """Whether the resident has opened something of the record to the viewer's institution."""
        rows = self.city.rows("consent", resident_id=resident_id, institution_id=self.viewer.institution_id, revoked_at=None)
        return any(self.is_open(row) for row in rows)

    def waits_for(self, resident_id: UUID) -> bool:
        """Whether there is something to be handed out to the resident at the viewer's institution."""
        rows = self.city.rows("prescription", resident_id=resident_id, pharmacy_id=self.viewer.institution_id, ended_at=None)
        return any(self.is_open(row) for row in rows)

    def is_signed(self, resident_id: UUID) -> bool:
        """Whether the resident has a family doctor at the viewer's institution, or asks for one."""
        rows = self.city.rows("family_doctor_agreement", resident_id=resident_id, institution_id=self.viewer.institution_id)
        return any(row["status"] in ("REQUESTED", "ACTIVE") for row in rows)

    @property
    def today(self) -> date:
        return self.now.astimezone(SHANGHAI).date()

    def may_see(self, type_name: str, row: Record) -> bool:
        """Whether the viewer may see the row at all."""
        if type_name in SEEN_BY:
            return SEEN_BY[type_name](self, row)
        if type_name in ("Institution", "Department", "Doctor", "Slot", "App"):
            return True
        if type_name == "Client":
            is_operator = self.kind == "APP" and "platform:read" in self.viewer.scopes
            return self.kind in ("APP", "INSTITUTION") and (is_operator or row["id"] == self.viewer.client_id)
        if type_name in ("FailedJob", "Worker"):
            return self.kind == "APP"
        if type_name == "Visit":
            return self.kind == "INSTITUTION" and row["institution_id"] == self.viewer.institution_id
        if self.kind == "INSTITUTION" and type_name == "Appointment":
            return bool(row["institution_id"] == self.viewer.institution_id)
        if self.kind == "INSTITUTION":
            names = (self.expects, self.is_let_in, self.waits_for, self.is_signed, self.treats)
            called = type_name == "Resident" and any(is_called(row["resident_id"]) for is_called in names)
            return called or (type_name == "Card" and bool(self.visits(row["resident_id"])))
        if self.kind != "RESIDENT":
            return False
        if row["resident_id"] == self.viewer.resident_id:
            return True
        if type_name in ("FamilyMember", "Session"):
            return False
        return self.cares(row["resident_id"], CARERS.get(type_name, "CARD"))

    def may_see_of_resident(self, row: Row, steps: tuple[str, ...]) -> bool:
        """Whether the viewer may see more than the name: carers with the scope CARD, institutions for steps that need it. To be
        expected is one such step, where no visit leads there."""
        resident_id = row.data["resident_id"]
        if self.kind == "INSTITUTION":
            is_expected = EXPECTED in steps and self.through is None and (self.expects(resident_id) or self.is_signed(resident_id))
            return (is_expected or self.treats(resident_id, steps)) and (row.narrow is None or row.narrow in steps)
        return bool(resident_id == self.viewer.resident_id) or self.cares(resident_id, "CARD")


# Who may see a row of a type, where that is told with its resolvers.
SEEN_BY: dict[str, Callable[[Reader, Record], bool]] = {}
Resolver = Callable[[Reader, Any, dict[str, Any]], Any]
FIELDS: dict[str, Resolver] = {}


def of(*names: str) -> Callable[[Resolver], Resolver]:
    """Makes a function the resolver of these fields."""

    def put(resolver: Resolver) -> Resolver:
        FIELDS.update(dict.fromkeys(names, resolver))
        return resolver

    return put


def resolve_type(source: Row, *_: Any) -> str:
    """graphql-core's question what an object of an interface is."""
    return source.type


def newest(rows: list[Record]) -> list[Record]:
    return sorted(rows, key=lambda row: row["id"], reverse=True)


def first(rows: list[Record]) -> Record | None:
    return rows[0] if rows else None
