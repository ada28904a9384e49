"""The plain resolvers, a row at a time. `plain` says who may see which row."""

from datetime import datetime
from typing import Any

from tests.plans.reading.city import PUBLIC_URL, Record
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import EXPECTED, TABLES, Reader, Resolver, Row, first, newest, of
from tests.plans.reading.texts import LETTERS, public_id, shown, type_of

TREATING = ("REGISTER", "DIAGNOSE", "EXAMINE", "PRESCRIBE", "SURGERY", EXPECTED)
REGISTERING = ("REGISTER",)


def renamed(column: str) -> Resolver:
    return lambda _, row, __: shown(row.data[column])


of("FailedJob.kind")(renamed("job"))
of("FailedJob.failedAt")(renamed("finished_at"))


@of(*(f"{name}.id" for name in LETTERS))
def id_of_row(_: Reader, row: Row, __: Any) -> str:
    return id_of(row.type, row.data)


def id_of(type_name: str, row: Record) -> str:
    return public_id(type_name, row["resident_id"] if type_name == "Resident" else row["id"], row.get("resident_id"))


# ---------------------------------------------------------------- the roots


@of("Query.me")
def me(reader: Reader, _: Any, __: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=reader.viewer.resident_id)))


@of("Query.client")
def client(reader: Reader, _: Any, __: Any) -> Row | None:
    return reader.see("Client", first(reader.city.rows("client", id=reader.viewer.client_id)))


@of("Query.resident")
def resident(reader: Reader, source: Any, given: Any) -> Any:
    return me(reader, source, {}) if given.get("id") is None else by_id(reader, given["id"], "Resident")


@of("Query.institution")
def institution(reader: Reader, _: Any, given: Any) -> Row | None:
    if given.get("id") is not None:
        return by_id(reader, given["id"], "Institution")
    return reader.see("Institution", first(reader.city.rows("institution", id=reader.viewer.institution_id)))


@of("Query.node")
def node(reader: Reader, _: Any, given: Any) -> Row | None:
    return by_id(reader, given["id"])


@of("Query.nodes")
def nodes(reader: Reader, _: Any, given: Any) -> list[Row | None]:
    return [by_id(reader, id) for id in given["ids"]]


def by_id(reader: Reader, id: str, wanted: str | None = None) -> Row | None:
    """Looks at every row of the type until one has that id."""
    name = type_of(id)
    if name is None or wanted not in (None, name):
        return None
    return reader.see(name, first([row for row in reader.city.tables[TABLES[name]] if id_of(name, row) == id]))


@of("Query.institutions")
def institutions(reader: Reader, _: Any, given: Any) -> Listed:
    wanted = {name: value for name, value in (given.get("filter") or {}).items() if value is not None}
    equal = {"district": "district", "acceptsOutpatient": "accepts_outpatient", "acceptsInpatient": "accepts_inpatient"}

    def fits(row: Record) -> bool:
        text = wanted.get("text", "")
        rest = [row[column] == wanted[name] for name, column in equal.items() if name in wanted]
        return (text in row["name"] or text in row["address"]) and all(rest)

    return Listed("Institution", [row for row in reader.all("Institution") if fits(row)], given)


@of("Query.serverTime")
def server_time(reader: Reader, _: Any, __: Any) -> str:
    return reader.server_time


# ---------------------------------------------------------------- operations


@of("Query.operations")
def operations(reader: Reader, _: Any, __: Any) -> Row | None:
    return Row("Operations", {}) if reader.kind == "APP" else None


@of("Operations.queues")
def queues(reader: Reader, _: Any, __: Any) -> list[Row]:
    due: dict[str, list[datetime]] = {}
    for row in reader.city.tables["outbox"]:
        if row["state"] in ("waiting", "sent"):
            due.setdefault(row["job"], []).append(row["run_at"])
    ages = {name: max(0, round((reader.now - min(times)).total_seconds())) for name, times in due.items()}
    return [Row("Queue", {"name": n, "depth": len(due[n]), "oldest_age_seconds": ages[n]}) for n in sorted(due)]


@of("Operations.workers")
def workers(reader: Reader, _: Any, __: Any) -> list[Row]:
    return [Row("Worker", row) for row in sorted(reader.all("Worker"), key=lambda row: str(row["name"]))]


@of("Worker.jobsDone")
def jobs_done(_: Reader, row: Row, __: Any) -> int:
    return min(int(row.data["jobs_done"]), 2**31 - 1)


@of("Operations.failedJobs")
def failed_jobs(reader: Reader, _: Any, given: Any) -> Listed:
    return Listed("FailedJob", reader.all("FailedJob"), given)


# ---------------------------------------------------------------- institutions, apps, clients


@of("Institution.departments")
def departments(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.city.rows("department", institution_id=row.data["id"], active=True)
    return [reader.see("Department", department) for department in sorted(rows, key=lambda d: (d["code"], d["id"]))]


@of("App.suspended")
def suspended(_: Reader, row: Row, __: Any) -> bool:
    return row.data["suspended_at"] is not None


@of("Session.app", "Client.app")
def app(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("App", first(reader.city.rows("app", id=row.data["app_id"])))


@of(*(f"{name}.institution" for name in ("Client", "Scan", "Visit", "Doctor", "Slot", "Appointment", "Bill", "Payment")))
def at(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Institution", first(reader.city.rows("institution", id=row.data["institution_id"])))


@of("Client.retiresAt")
def retires_at(reader: Reader, row: Row, _: Any) -> Any:
    secrets = reader.city.rows("client_secret", client_id=row.data["id"])
    return shown(max((s["retires_at"] for s in secrets if s["retires_at"] and s["retires_at"] > reader.now), default=None))


@of("Client.secret")
def secret(_: Reader, __: Row, ___: Any) -> None:
    return None


# ---------------------------------------------------------------- a resident


def of_resident(column: str, steps: tuple[str, ...]) -> Resolver:
    return lambda reader, row, _: shown(row.data[column]) if reader.may_see_of_resident(row, steps) else None


of("Resident.sex")(of_resident("sex", TREATING))
of("Resident.birthDate")(of_resident("birth_date", TREATING))
of("Resident.documentType")(of_resident("document_type", REGISTERING))
of("Resident.documentNumberMasked")(of_resident("document_masked", REGISTERING))
of("Resident.socialSecurityNumberMasked")(of_resident("social_security_masked", REGISTERING))
of("Resident.phoneMasked")(of_resident("phone_masked", REGISTERING))


@of("Resident.card")
def newest_card(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Card", first(newest(reader.all("Card", resident_id=row.data["resident_id"]))))


@of("Resident.familyMembers")
def family_members(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = newest(reader.all("FamilyMember", resident_id=row.data["resident_id"]))
    return [reader.see("FamilyMember", member) for member in rows]


@of("Resident.carers")
def carers(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    return [reader.see("Carer", carer) for carer in newest(reader.all("Carer", resident_id=row.data["resident_id"]))]


@of("FamilyMember.resident")
def member(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["member_id"])))


@of("Resident.sessions")
def sessions(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    return [reader.see("Session", session) for session in newest(reader.all("Session", resident_id=row.data["resident_id"]))]


@of("Session.current")
def current(reader: Reader, row: Row, _: Any) -> bool:
    return bool(row.data["id"] == reader.viewer.session_id)


# ---------------------------------------------------------------- the card


@of("Card.holder")
def holder(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])))


def file_of(reader: Reader, row: Row, kind: str, **equal: Any) -> Row | None:
    owner, subject = row.data["resident_id"], row.data["id"]
    return reader.see("File", first(reader.all("File", resident_id=owner, subject_id=subject, kind=kind, **equal)))


@of("Card.image")
def image(reader: Reader, row: Row, given: Any) -> Row | None:
    return file_of(reader, row, "CARD_IMAGE", format=given["format"])


@of("PrintedCode.document")
def document(reader: Reader, row: Row, _: Any) -> Row | None:
    return file_of(reader, row, "PRINTED_CODE")


@of("File.url")
def url(reader: Reader, row: Row, _: Any) -> str | None:
    file = row.data
    fetchable = file["status"] == "READY" and file["revoked_at"] is None and reader.is_open(file)
    return f"{PUBLIC_URL}/files/{file['key']}" if fetchable else None


@of("Card.printedCodes")
def printed_codes(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("PrintedCode", resident_id=row.data["resident_id"], card_id=row.data["id"])
    return [reader.see("PrintedCode", code) for code in newest(rows)]


@of("Card.scans")
def scans(reader: Reader, row: Row, given: Any) -> Listed:
    return Listed("Scan", reader.all("Scan", resident_id=row.data["resident_id"], card_id=row.data["id"]), given)


# ---------------------------------------------------------------- a visit


@of(*(f"{name}.department" for name in ("Visit", "Doctor", "Slot", "Appointment")))
def department(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Department", first(reader.city.rows("department", id=row.data["department_id"])))


@of("Visit.patientNumber")
def patient_number(reader: Reader, row: Row, _: Any) -> Any:
    same = {name: row.data[name] for name in ("resident_id", "institution_id")}
    found = first(reader.city.rows("patient_number", **same))
    return found["number"] if found else None


@of("Visit.card")
def card_of_visit(reader: Reader, row: Row, _: Any) -> Row | None:
    found = first(reader.city.rows("card", resident_id=row.data["resident_id"], id=row.data["card_id"]))
    return reader.see("Card", found) if reader.is_open(row.data) else None


@of("Visit.resident")
def patient(reader: Reader, row: Row, _: Any) -> Row | None:
    found = first(reader.city.rows("resident", resident_id=row.data["resident_id"]))
    return reader.see("Resident", found) if reader.is_open(row.data) else None
