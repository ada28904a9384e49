"""The plain resolvers of reports, of what was observed, and of links; and who may see them."""

from typing import Any

from tests.plans.reading.city import PUBLIC_URL, Record
from tests.plans.reading.fields import file_of
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import EXPECTED, SEEN_BY, Reader, Resolver, Row, first, newest, of
from tests.plans.reading.recording import ENTRIES, Entry, joins_timeline, sees_entry
from tests.plans.reading.texts import shown

ENTRIES["Report"] = Entry("REPORT", lambda row: row["issued_at"], listed=lambda row: bool(row["status"] == "FINAL"))
joins_timeline("Report")


def report_of(reader: Reader, part: Record) -> Record:
    (report,) = reader.city.rows("report", resident_id=part["resident_id"], id=part["report_id"])
    return report


def sees_observation(reader: Reader, row: Record) -> bool:
    """Who sees the report, until it is withdrawn."""
    report = report_of(reader, row)
    return bool(report["status"] != "WITHDRAWN") and sees_entry(reader, "Report", report)


def sees_link(reader: Reader, row: Record) -> bool:
    owner = row["resident_id"]
    return reader.kind == "RESIDENT" and (owner == reader.viewer.resident_id or reader.cares(owner, "REPORTS"))


SEEN_BY["Observation"] = sees_observation
SEEN_BY["ReportLink"] = sees_link


def unless_withdrawn(column: str) -> Resolver:
    return lambda _, row, __: None if row.data["status"] == "WITHDRAWN" else row.data[column]


for name in ("findings", "conclusion", "credential"):
    of(f"Report.{name}")(unless_withdrawn(name))


@of("Report.readAt")
def read_at(reader: Reader, row: Row, _: Any) -> Any:
    return None if reader.kind == "INSTITUTION" else shown(row.data["read_at"])


@of("Report.author")
def author(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Doctor", first(reader.city.rows("doctor", id=row.data["author_id"])))


@of("Report.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])), EXPECTED)


@of("Report.observations")
def observations(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("Observation", resident_id=row.data["resident_id"], report_id=row.data["id"])
    return [reader.see("Observation", one) for one in sorted(rows, key=lambda one: one["position"])]


@of("Report.document")
def document(reader: Reader, row: Row, _: Any) -> Row | None:
    return None if row.data["status"] == "WITHDRAWN" else file_of(reader, row, "REPORT")


@of("Report.links")
def links(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("ReportLink", resident_id=row.data["resident_id"], report_id=row.data["id"])
    return [reader.see("ReportLink", one) for one in newest(rows)]


def version(column: str) -> Resolver:
    """Another version of the same report."""

    def resolve(reader: Reader, row: Row, _: Any) -> Row | None:
        rows = reader.city.rows("report", resident_id=row.data["resident_id"], id=row.data[column])
        return reader.see("Report", first(rows))

    return resolve


of("Report.supersedes")(version("supersedes"))
of("Report.supersededBy")(version("superseded_by"))


@of("Observation.report")
def report(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Report", report_of(reader, row.data))


@of("ReportLink.url")
def url(reader: Reader, row: Row, _: Any) -> str | None:
    link = row.data
    leads = link["revoked_at"] is None and reader.is_open(link) and link["wrong_tries"] < 5
    return f"{PUBLIC_URL}/shared/{link['key']}" if leads and report_of(reader, link)["status"] != "WITHDRAWN" else None


@of("ReportLink.asksPasscode")
def asks_passcode(_: Reader, row: Row, __: Any) -> bool:
    return row.data["passcode_digest"] is not None


@of("ReportLink.locked")
def locked(_: Reader, row: Row, __: Any) -> bool:
    return bool(row.data["wrong_tries"] >= 5)


@of("Resident.reports")
def of_resident(reader: Reader, row: Row, given: Any) -> Listed:
    wanted = given.get("categories")
    rows = reader.all("Report", resident_id=row.data["resident_id"], status="FINAL")
    return Listed("Report", [one for one in rows if wanted is None or one["category"] in wanted], given)


@of("Resident.observations")
def trend(reader: Reader, row: Row, given: Any) -> Listed:
    rows = reader.all("Observation", resident_id=row.data["resident_id"], code=given["code"])
    return Listed("Observation", [one for one in rows if report_of(reader, one)["status"] == "FINAL"], given)
