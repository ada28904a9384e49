"""The words of the table: why an institution or an app sees a row. Each is a question about rows as they are stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.viewer import Viewer
from tests.plans.reading.city import City, Record
from tests.plans.reading.texts import SHANGHAI

TREATING = ("REGISTER", "DIAGNOSE", "EXAMINE", "PRESCRIBE", "SURGERY")
SAFELY = ("DIAGNOSE", "PRESCRIBE", "SURGERY")
CARRIES = {"WECHAT": "WECHAT_PAY", "ALIPAY": "ALIPAY", "UNIONPAY": "UNIONPAY", "BANK": "BANK"}
# Of an entry of the health record: its kind, and when it happened.
MOMENTS = {
    "Encounter": ("ENCOUNTER", "occurred_at"),
    "Report": ("REPORT", "issued_at"),
    "Prescription": ("PRESCRIPTION", "issued_at"),
    "Condition": ("CONDITION", "recorded_at"),
    "Allergy": ("ALLERGY", "recorded_at"),
    "Immunization": ("IMMUNIZATION", "given_on"),
    "Admission": ("ADMISSION", "admitted_at"),
}


@dataclass(slots=True)
class Town:
    """All rows, as one viewer's request finds them."""

    city: City
    viewer: Viewer
    now: datetime
    found: dict[tuple[str, UUID | None], list[Record]] = field(default_factory=dict)

    def of(self, table: str, resident_id: UUID) -> list[Record]:
        """A resident's rows."""
        if (table, None) not in self.found:
            self.found[table, None] = []
            for row in self.city.tables[table]:
                self.found.setdefault((table, row["resident_id"]), []).append(row)
        return self.found.get((table, resident_id), [])

    def is_open(self, row: Record) -> bool:
        """Whether it has not ended yet."""
        return row["expires_at"] is None or bool(row["expires_at"] > self.now)

    def here(self, table: str, resident_id: UUID) -> list[Record]:
        """A resident's rows at the institution that asks."""
        return [row for row in self.of(table, resident_id) if row["institution_id"] == self.viewer.institution_id]

    def cares(self, resident_id: UUID, scope: str) -> bool:
        """Whether the viewer cares for the resident with the scope, or with ANY."""
        mine = [row for row in self.of("carer", resident_id) if row["carer_id"] == self.viewer.resident_id]
        return any(self.is_open(row) and (scope == "ANY" or scope in row["scopes"]) for row in mine)


@dataclass(frozen=True, slots=True)
class Seen:
    """A row on a path. `whole`: what it is a part of and whose rule it has, itself where it is none; `through`: the visit on the
    path."""

    type: str
    row: Record
    whole: tuple[str, Record]
    through: Record | None = None

    @property
    def owner(self) -> UUID:
        owner: UUID = self.row["resident_id"]
        return owner


Reason = Callable[[Town, Seen], bool]


def visits(steps: tuple[str, ...] = (), emergency: bool = False) -> Reason:
    """There is an open visit at the institution, the one on the path if there is one; for one of the steps."""

    def holds(town: Town, seen: Seen) -> bool:
        return any(
            town.is_open(visit) and (not steps or visit["care_step"] in steps) and (not emergency or visit["break_glass"])
            for visit in town.here("visit", seen.owner)
            if seen.through is None or visit["id"] == seen.through["id"]
        )

    return holds


def is_open_to(step: str | None = None) -> Reason:
    """The row, a visit, has not ended, and is for the step."""
    return lambda town, seen: town.is_open(seen.row) and step in (None, seen.row["care_step"])


def wrote(town: Town, seen: Seen) -> bool:
    return bool(seen.whole[1].get("institution_id") == town.viewer.institution_id)


def hands_out(town: Town, seen: Seen) -> bool:
    return bool(seen.whole[1].get("pharmacy_id") == town.viewer.institution_id)


def apart(reason: Reason) -> Reason:
    """Below a visit that one alone counts."""
    return lambda town, seen: seen.through is None and reason(town, seen)


def has_in_bed(town: Town, seen: Seen) -> bool:
    return any(row["status"] == "ADMITTED" for row in town.here("admission", seen.owner))


def signed(town: Town, seen: Seen) -> bool:
    return any(row["status"] in ("REQUESTED", "ACTIVE") for row in town.here("family_doctor_agreement", seen.owner))


def expects(town: Town, seen: Seen) -> bool:
    today = town.now.astimezone(SHANGHAI).date()
    statuses = ("BOOKED", "CHECKED_IN", "COMPLETED")
    return any(row["day"] >= today and row["status"] in statuses for row in town.here("appointment", seen.owner))


def waits(town: Town, seen: Seen) -> bool:
    rows = [row for row in town.of("prescription", seen.owner) if row["pharmacy_id"] == town.viewer.institution_id]
    return any(town.is_open(row) and row["status"] in ("ISSUED", "READY", "PARTLY_DISPENSED") for row in rows)


def standing(town: Town, seen: Seen) -> list[Record]:
    """The consents that hold."""
    return [row for row in town.here("consent", seen.owner) if row["revoked_at"] is None and town.is_open(row)]


def was_shown(town: Town, seen: Seen) -> bool:
    """A consent is of this kind and day."""
    type_name, row = seen.whole
    kind, column = MOMENTS[type_name]
    moment = row[column]
    day = moment.astimezone(SHANGHAI).date() if isinstance(moment, datetime) else moment
    return any(
        kind in consent["kinds"] and (consent["from_day"] or day) <= day <= (consent["to_day"] or day)
        for consent in standing(town, seen)
    )


def in_use(town: Town, seen: Seen) -> bool:
    """The medicine is in use; of a prescription, one of them."""
    prescription = seen.whole[1]
    items = [seen.row] if "item_id" in seen.row or "medicine" in seen.row else town.of("prescription_item", seen.owner)
    for item in items:
        is_over = prescription["issued_at"] + timedelta(days=item["days"]) <= town.now
        collected = prescription["status"] not in ("EXPIRED", "CANCELLED") or item["dispensed"] > 0
        if item["prescription_id"] == prescription["id"] and collected and not is_over:
            return True
    return False


def collects(town: Town, seen: Seen) -> bool:
    """The bill is for medicine that is handed out here."""
    rows = town.of("prescription", seen.owner)
    return any(row["bill_id"] == seen.row["id"] and row["pharmacy_id"] == town.viewer.institution_id for row in rows)


def carries(town: Town, row: Record) -> bool:
    (app,) = town.city.rows("app", id=town.viewer.app_id)
    return bool(row.get("app_id") == app["id"] or row["method"] == CARRIES.get(app["kind"]))


def scanned(town: Town, seen: Seen) -> bool:
    rows = town.of("pay_permission", seen.owner)
    return any(row["app_id"] == town.viewer.app_id and town.is_open(row) for row in rows)


def carries_part(town: Town, seen: Seen) -> bool:
    paid = {part["payment_id"] for part in town.of("payment_bill", seen.owner) if part["bill_id"] == seen.row["id"]}
    return any(row["id"] in paid and carries(town, row) for row in town.of("payment", seen.owner))


def is_own(town: Town, seen: Seen) -> bool:
    return seen.row["id"] in (town.viewer.client_id, town.viewer.institution_id)


def is_operator(town: Town, _: Seen) -> bool:
    return "platform:read" in town.viewer.scopes


REASONS: Mapping[str, Reason] = {
    "wrote it": wrote,
    "its own": is_own,
    "has them here": visits(),
    "treats them": visits(TREATING),
    "registers them": visits(("REGISTER",)),
    "treats safely": visits(SAFELY),
    "has them in bed": apart(has_in_bed),
    "has them in bed, and it is in use": apart(lambda town, seen: has_in_bed(town, seen) and in_use(town, seen)),
    "signed them": apart(signed),
    "treats safely what is in use": lambda town, seen: visits(SAFELY)(town, seen) and in_use(town, seen),
    "emergency": visits(emergency=True),
    "it is open": is_open_to(),
    "it is open to REGISTER": is_open_to("REGISTER"),
    "it is open to PAY": is_open_to("PAY"),
    "it is open to COLLECT_MEDICINE": is_open_to("COLLECT_MEDICINE"),
    "expects them": apart(expects),
    "something waits here": waits,
    "was let in": lambda town, seen: bool(standing(town, seen)),
    "was shown it": was_shown,
    "hands it out": hands_out,
    "hands out what it is for": collects,
    "scanned a PAY code": scanned,
    "may pay it": lambda town, seen: seen.row["status"] == "UNPAID" and scanned(town, seen),
    "carries it": lambda town, seen: carries(town, seen.whole[1]),
    "carries its method": lambda town, seen: carries(town, seen.row),
    "carries a payment of it": carries_part,
    "it was bound to them": lambda town, seen: bool(seen.row["bound_to"] == town.viewer.resident_id),
    "operates the platform": is_operator,
    "scopes alone": lambda _, __: True,
}
# What a row is a part of: the type, and the column that names it. Its rule is that of the whole.
PARTS: Mapping[str, tuple[str, str]] = {
    "Observation": ("Report", "report_id"),
    "PrescriptionItem": ("Prescription", "prescription_id"),
    "Medication": ("Prescription", "prescription_id"),
    "Dispensing": ("Prescription", "prescription_id"),
    "Refund": ("Payment", "payment_id"),
    "InpatientCharge": ("Admission", "admission_id"),
}
