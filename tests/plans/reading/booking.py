"""The plain resolvers of doctors, slots and appointments."""

from datetime import date
from typing import Any

from tests.plans.reading.city import Record
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import EXPECTED, Reader, Resolver, Row, first, of
from tests.plans.reading.texts import SHANGHAI, public_id


def by_code(row: Record) -> tuple[Any, ...]:
    return row["code"], row["id"]


def is_active(reader: Reader, doctor: Record) -> bool:
    """Not while the department is hidden."""
    (department,) = reader.city.rows("department", id=doctor["department_id"])
    return bool(doctor["active"] and department["active"])


def is_id(text: Any, type_name: str, row: Record, column: str) -> bool:
    """Whether an argument names what the column does; one that is left out holds for every row."""
    return text is None or text == public_id(type_name, row[column])


def amount(column: str) -> Resolver:
    """Fen as an object of yuan."""

    def resolve(_: Reader, row: Row, __: Any) -> Row | None:
        fen = row.data[column]
        return None if fen is None else Row("Money", {"amount": f"{fen // 100}.{fen % 100:02}", "currency": "CNY"})

    return resolve


@of("Doctor.active")
def active(reader: Reader, row: Row, _: Any) -> bool:
    return is_active(reader, row.data)


@of("Department.doctors")
def doctors_of_department(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = [doctor for doctor in reader.city.rows("doctor", department_id=row.data["id"]) if is_active(reader, doctor)]
    return [reader.see("Doctor", doctor) for doctor in sorted(rows, key=by_code)]


@of("Query.doctors")
def doctors(reader: Reader, _: Any, given: Any) -> Listed:
    wanted = {name: value for name, value in (given.get("filter") or {}).items() if value is not None}

    def fits(row: Record) -> bool:
        text = " ".join(filter(None, (row["name"], row["title"], row["speciality"])))
        places = (("institutionId", "Institution", "institution_id"), ("departmentId", "Department", "department_id"))
        rest = [is_id(wanted.get(name), kind, row, column) for name, kind, column in places]
        return is_active(reader, row) and wanted.get("text", "") in text and all(rest)

    return Listed("Doctor", [row for row in reader.all("Doctor") if fits(row)], given)


of("Slot.fee", "Appointment.fee")(amount("fee"))


@of("Slot.doctor", "Appointment.doctor")
def doctor(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Doctor", first(reader.city.rows("doctor", id=row.data["doctor_id"])))


@of("Slot.remaining")
def remaining(reader: Reader, row: Row, _: Any) -> int:
    slot = row.data
    is_over = slot["withdrawn_at"] is not None or slot["starts_at"] <= reader.now
    return 0 if is_over else int(slot["capacity"] - slot["taken"])


@of("Query.slots")
def slots(reader: Reader, _: Any, given: Any) -> Listed:
    def fits(row: Record) -> bool:
        day = row["starts_at"].astimezone(SHANGHAI).date()
        is_free = not given.get("availableOnly") or remaining(reader, Row("Slot", row), {}) > 0
        places = is_id(given["departmentId"], "Department", row, "department_id") and is_id(
            given.get("doctorId"), "Doctor", row, "doctor_id"
        )
        return bool(places and is_free and date.fromisoformat(given["from"]) <= day <= date.fromisoformat(given["to"]))

    return Listed("Slot", [row for row in reader.all("Slot") if fits(row)], given)


@of("Appointment.slot")
def slot(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Slot", first(reader.city.rows("slot", id=row.data["slot_id"])))


@of("Appointment.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])), EXPECTED)


@of("Appointment.reason")
def reason(reader: Reader, row: Row, _: Any) -> Any:
    is_for = reader.kind == "INSTITUTION" or row.data["resident_id"] == reader.viewer.resident_id
    return row.data["reason"] if is_for else None


@of("Institution.appointments")
def day_list(reader: Reader, row: Row, given: Any) -> Listed:
    def fits(one: Record) -> bool:
        statuses = given.get("statuses")
        named = is_id(given.get("departmentId"), "Department", one, "department_id") and is_id(
            given.get("doctorId"), "Doctor", one, "doctor_id"
        )
        return bool(named and one["day"].isoformat() == given["date"] and (statuses is None or one["status"] in statuses))

    rows = reader.all("Appointment", institution_id=row.data["id"])
    return Listed("Appointment", [one for one in rows if fits(one)], given)


@of("Visit.appointments")
def of_today(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    if row.data["care_step"] != "REGISTER" or not reader.is_open(row.data):
        return []
    place = {name: row.data[name] for name in ("resident_id", "institution_id")}
    rows = [one for one in reader.all("Appointment", day=reader.today, **place) if one["status"] != "CANCELLED"]
    return [reader.see("Appointment", one) for one in sorted(rows, key=lambda one: (one["starts_at"], one["id"]))]
