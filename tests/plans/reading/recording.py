"""The plain resolvers of the health record, and who may see an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from tests.plans.reading.booking import doctor
from tests.plans.reading.city import Record
from tests.plans.reading.fields import at, department
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, Reader, Resolver, Row, first, of
from tests.plans.reading.texts import SHANGHAI, shown

CARERS_OF = {"REPORT": "REPORTS", "PRESCRIPTION": "PRESCRIPTIONS"}
SAFELY = ("DIAGNOSE", "PRESCRIBE", "SURGERY")


@dataclass(frozen=True, slots=True)
class Entry:
    """How a type stands in the timeline: its kind, when it happened, whether treating safely needs it, whether it is listed."""

    kind: str
    moment: Callable[[Record], datetime]
    needed: Callable[[Reader, Record], bool] = lambda _, __: False
    listed: Callable[[Record], bool] = lambda _: True


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def always(_: Reader, __: Record) -> bool:
    return True


ENTRIES: dict[str, Entry] = {
    "Encounter": Entry("ENCOUNTER", lambda row: row["occurred_at"]),
    "Condition": Entry("CONDITION", lambda row: row["recorded_at"], always),
    "Allergy": Entry("ALLERGY", lambda row: row["recorded_at"], always),
    "Immunization": Entry("IMMUNIZATION", lambda row: midnight(row["given_on"]), always),
    "Admission": Entry("ADMISSION", lambda row: row["admitted_at"]),
}
"""A type that joins the timeline puts itself in."""


def has_opened(consent: Record, reader: Reader, kind: str, moment: datetime) -> bool:
    """Whether the consent holds, and is of this."""
    day = moment.astimezone(SHANGHAI).date()
    since, until = consent["from_day"] or day, consent["to_day"] or day
    return consent["revoked_at"] is None and reader.is_open(consent) and kind in consent["kinds"] and since <= day <= until


def is_emergency(reader: Reader, resident_id: UUID) -> bool:
    """Whether the institution has broken the glass."""
    return any(visit["break_glass"] for visit in reader.visits(resident_id))


def sees_entry(reader: Reader, type_name: str, row: Record) -> bool:
    """The resident, carers with the kind's scope; who wrote it or hands it out, who needs it to treat safely, whom the resident
    let, and who broke the glass."""
    return sees(reader, ENTRIES[type_name], row)


def sees(reader: Reader, entry: Entry, row: Record) -> bool:
    """The same."""
    owner, mine = row["resident_id"], reader.viewer.institution_id
    if reader.kind == "RESIDENT":
        return bool(owner == reader.viewer.resident_id) or reader.cares(owner, CARERS_OF.get(entry.kind, "RECORDS"))
    if reader.kind != "INSTITUTION":
        return False
    if mine in (row["institution_id"], row.get("pharmacy_id")):
        return True
    if entry.needed(reader, row) and reader.treats(owner, SAFELY):
        return True
    given = reader.city.rows("consent", resident_id=owner, institution_id=mine)
    return is_emergency(reader, owner) or any(has_opened(one, reader, entry.kind, entry.moment(row)) for one in given)


def entry_seen(type_name: str) -> Callable[[Reader, Record], bool]:
    return lambda reader, row: sees_entry(reader, type_name, row)


def occurred_at(type_name: str) -> Resolver:
    return lambda _, row, __: shown(ENTRIES[type_name].moment(row.data))


def joins_timeline(type_name: str) -> None:
    """Makes what all entries have of this one."""
    SEEN_BY[type_name] = entry_seen(type_name)
    of(f"{type_name}.institution")(at)
    of(f"{type_name}.occurredAt")(occurred_at(type_name))


for name in ENTRIES:
    joins_timeline(name)


@of("Resident.healthRecord")
def timeline(reader: Reader, row: Row, given: Any) -> Listed:
    kinds, since, until = (given.get(name) for name in ("kinds", "from", "to"))
    found: list[Record] = []
    for type_name, entry in ENTRIES.items():
        for one in reader.all(type_name, resident_id=row.data["resident_id"]):
            day = entry.moment(one).astimezone(SHANGHAI).date().isoformat()
            fits = (since is None or day >= since) and (until is None or day <= until)
            if fits and entry.listed(one) and (kinds is None or entry.kind in kinds):
                found.append({**one, "occurred_at": entry.moment(one), "entry_type": type_name})
    return Listed("HealthRecordEntry", found, given)


of("Encounter.department")(department)
of("Encounter.doctor")(doctor)
SEEN_BY["Diagnosis"] = lambda reader, row: sees_entry(reader, "Encounter", encounter_of(reader, row))


def encounter_of(reader: Reader, diagnosis: Record) -> Record:
    (found,) = reader.city.rows("encounter", resident_id=diagnosis["resident_id"], id=diagnosis["encounter_id"])
    return found


@of("Encounter.diagnoses")
def diagnoses(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("Diagnosis", resident_id=row.data["resident_id"], encounter_id=row.data["id"])
    return [reader.see("Diagnosis", one) for one in sorted(rows, key=lambda one: one["position"])]


# ---------------------------------------------------------------- the summary


def blood_type_of(reader: Reader, resident: Record) -> Record | None:
    return first(reader.city.rows("blood_type", resident_id=resident["resident_id"]))


def wrote_blood_type(reader: Reader, resident: Record) -> bool:
    found = blood_type_of(reader, resident)
    return found is not None and found["institution_id"] == reader.viewer.institution_id


def sees_summary(reader: Reader, resident: Record) -> bool:
    owner = resident["resident_id"]
    if reader.kind == "INSTITUTION":
        return wrote_blood_type(reader, resident) or reader.treats(owner) or reader.is_let_in(owner)
    return reader.kind == "RESIDENT" and (owner == reader.viewer.resident_id or reader.cares(owner, "RECORDS"))


SEEN_BY["HealthSummary"] = sees_summary


@of("Resident.healthSummary")
def summary(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("HealthSummary", first(reader.city.rows("resident", resident_id=row.data["resident_id"])))


@of("HealthSummary.bloodType")
def blood_type(reader: Reader, row: Row, _: Any) -> str | None:
    owner, found = row.data["resident_id"], blood_type_of(reader, row.data)
    knows = reader.kind == "RESIDENT" or wrote_blood_type(reader, row.data)
    return found["blood_type"] if found and (knows or reader.treats(owner, SAFELY) or is_emergency(reader, owner)) else None


def of_summary(type_name: str) -> Resolver:
    """All of them, newest first."""

    def resolve(reader: Reader, row: Row, _: Any) -> list[Row | None]:
        rows = reader.all(type_name, resident_id=row.data["resident_id"])
        newest = sorted(rows, key=lambda one: (ENTRIES[type_name].moment(one), one["id"]), reverse=True)
        return [reader.see(type_name, one) for one in newest]

    return resolve


of("HealthSummary.allergies")(of_summary("Allergy"))
of("HealthSummary.conditions")(of_summary("Condition"))
of("HealthSummary.immunizations")(of_summary("Immunization"))
