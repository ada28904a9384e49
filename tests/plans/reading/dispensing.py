"""The plain resolvers of prescriptions, of their items and of what was handed out; and who may see them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.plans.reading.billing import NAME_ALONE
from tests.plans.reading.booking import amount, doctor
from tests.plans.reading.city import Record
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, Reader, Resolver, Row, first, of
from tests.plans.reading.recording import ENTRIES, Entry, joins_timeline, sees
from tests.plans.reading.texts import SHANGHAI

COLLECTED = ("ISSUED", "READY", "PARTLY_DISPENSED", "DISPENSED")


def items_of(reader: Reader, prescription: Record) -> list[Record]:
    owner = prescription["resident_id"]
    return reader.city.rows("prescription_item", resident_id=owner, prescription_id=prescription["id"])


def prescription_of(reader: Reader, part: Record) -> Record:
    (found,) = reader.city.rows("prescription", resident_id=part["resident_id"], id=part["prescription_id"])
    return found


def is_taken(reader: Reader, item: Record) -> bool:
    """Whether the medicine is in use: for as many days as it was prescribed, if it was, or will be, collected."""
    prescription = prescription_of(reader, item)
    is_over = prescription["issued_at"] + timedelta(days=item["days"]) <= reader.now
    return not is_over and (prescription["status"] in COLLECTED or item["dispensed"] > 0)


def is_in_use(reader: Reader, prescription: Record) -> bool:
    return any(is_taken(reader, item) for item in items_of(reader, prescription))


PRESCRIPTION = Entry("PRESCRIPTION", lambda row: row["issued_at"], is_in_use, lambda row: bool(row["status"] != "CANCELLED"))
ENTRIES["Prescription"] = PRESCRIPTION
joins_timeline("Prescription")


def sees_part(needed: Callable[[Reader, Record], bool]) -> Callable[[Reader, Record], bool]:
    """Who sees the prescription; whoever treats safely alone, if the part itself is needed for that."""

    def may(reader: Reader, part: Record) -> bool:
        return sees(reader, replace(PRESCRIPTION, needed=lambda _, __: needed(reader, part)), prescription_of(reader, part))

    return may


SEEN_BY["PrescriptionItem"] = sees_part(is_taken)
SEEN_BY["Dispensing"] = sees_part(lambda _, __: False)
SEEN_BY["Medication"] = lambda reader, item: is_taken(reader, item) and sees_part(is_taken)(reader, item)


def quantity(of: Callable[[Record], Decimal]) -> Resolver:
    return lambda _, row, __: f"{of(row.data).normalize():f}"


of("PrescriptionItem.quantity", "Dispensing.quantity")(quantity(lambda row: row["quantity"]))
of("PrescriptionItem.dispensed")(quantity(lambda row: row["dispensed"]))
of("PrescriptionItem.remaining")(quantity(lambda row: row["quantity"] - row["dispensed"]))
of("PrescriptionItem.unitPrice")(amount("unit_price"))
of("Prescription.doctor")(doctor)


@of("Prescription.pharmacy")
def pharmacy(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Institution", first(reader.city.rows("institution", id=row.data["pharmacy_id"])))


@of("Prescription.bill")
def bill(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Bill", first(reader.city.rows("bill", resident_id=row.data["resident_id"], id=row.data["bill_id"])))


@of("Prescription.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])), NAME_ALONE)


@of("Prescription.items")
def items(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("PrescriptionItem", resident_id=row.data["resident_id"], prescription_id=row.data["id"])
    return [reader.see("PrescriptionItem", one) for one in sorted(rows, key=lambda one: one["position"])]


@of("Prescription.dispensings")
def dispensings(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("Dispensing", resident_id=row.data["resident_id"], prescription_id=row.data["id"])
    return [reader.see("Dispensing", one) for one in sorted(rows, key=lambda one: (one["dispensed_at"], one["id"]), reverse=True)]


@of("Dispensing.item")
def item(reader: Reader, row: Row, _: Any) -> Row | None:
    rows = reader.city.rows("prescription_item", resident_id=row.data["resident_id"], id=row.data["item_id"])
    return reader.see("PrescriptionItem", first(rows))


@of("Dispensing.delegateName")
def delegate(reader: Reader, row: Row, _: Any) -> Any:
    (visit,) = reader.city.rows("visit", resident_id=row.data["resident_id"], id=row.data["visit_id"])
    return visit["delegate_name"]


def with_status(given: Any, rows: list[Record]) -> list[Record]:
    statuses = given.get("statuses")
    return [one for one in rows if statuses is None or one["status"] in statuses]


@of("Resident.prescriptions")
def of_resident(reader: Reader, row: Row, given: Any) -> Listed:
    rows = reader.all("Prescription", resident_id=row.data["resident_id"])
    return Listed("Prescription", with_status(given, rows), given, is_newest_first=True)


@of("Institution.prescriptions")
def queue(reader: Reader, row: Row, given: Any) -> Listed:
    is_ours = row.data["id"] == reader.viewer.institution_id
    rows = reader.all("Prescription", pharmacy_id=row.data["id"]) if is_ours else []
    return Listed("Prescription", with_status(given, rows), given)


@of("Visit.prescriptions")
def to_collect(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    visit = row.data
    if visit["care_step"] != "COLLECT_MEDICINE" or not reader.is_open(visit):
        return []
    rows = reader.all("Prescription", resident_id=visit["resident_id"], pharmacy_id=visit["institution_id"])
    rows = [one for one in rows if one["status"] in ("READY", "PARTLY_DISPENSED") and reader.is_open(one)]
    rows = [one for one in rows if visit["prescription_id"] in (None, one["id"])]
    return [reader.see("Prescription", one) for one in sorted(rows, key=lambda one: (one["issued_at"], one["id"]))]


@of("HealthSummary.medications")
def medications(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("Medication", resident_id=row.data["resident_id"])

    def moment(one: Record) -> tuple[Any, ...]:
        return prescription_of(reader, one)["issued_at"], one["id"]

    return [reader.see("Medication", one) for one in sorted(rows, key=moment, reverse=True)]


@of("Medication.since")
def since(reader: Reader, row: Row, _: Any) -> str:
    return str(prescription_of(reader, row.data)["issued_at"].astimezone(SHANGHAI).date())
