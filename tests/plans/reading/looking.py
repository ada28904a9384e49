"""The plain resolvers of consents and of who looked, and who may see them."""

import json
from datetime import UTC
from typing import Any

from tests.plans.reading.billing import NAME_ALONE
from tests.plans.reading.city import Record
from tests.plans.reading.fields import at
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, Reader, Row, first, of
from tests.plans.reading.texts import shown


def sees_log(reader: Reader, row: Record) -> bool:
    """Who was looked at, and who cares for them with RECORDS."""
    is_own = row["resident_id"] == reader.viewer.resident_id
    return reader.kind == "RESIDENT" and (is_own or reader.cares(row["resident_id"], "RECORDS"))


def sees_consent(reader: Reader, row: Record) -> bool:
    """The same, and the institution that it was given to."""
    return sees_log(reader, row) or (reader.kind == "INSTITUTION" and row["institution_id"] == reader.viewer.institution_id)


SEEN_BY["AccessLogEntry"] = sees_log
SEEN_BY["Consent"] = sees_consent


@of("Resident.consents")
def consents(reader: Reader, row: Row, given: Any) -> Listed:
    return Listed("Consent", reader.all("Consent", resident_id=row.data["resident_id"]), given)


of("Consent.institution")(at)


@of("Consent.from")
def from_day(_: Reader, row: Row, __: Any) -> Any:
    return shown(row.data["from_day"])


@of("Consent.to")
def to_day(_: Reader, row: Row, __: Any) -> Any:
    return shown(row.data["to_day"])


@of("Consent.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])), NAME_ALONE)


@of("Resident.accessLog")
def access_log(reader: Reader, row: Row, given: Any) -> Listed:
    return Listed("AccessLogEntry", reader.all("AccessLogEntry", resident_id=row.data["resident_id"]), given)


@of("AccessLogEntry.previous")
def previous(_: Reader, row: Row, __: Any) -> str:
    return str(row.data["previous"].hex())


@of("AccessLogEntry.digest")
def digest(_: Reader, row: Row, __: Any) -> str:
    return str(row.data["digest"].hex())


@of("AccessLogEntry.hashed")
def hashed(_: Reader, row: Row, __: Any) -> str:
    names = ("actor_kind", "actor_id", "actor", "care_step", "purpose", "kinds", "break_glass", "reason")
    told = {name: row.data[name] for name in names}
    told |= {"actor_id": str(told["actor_id"]), "kinds": ",".join(told["kinds"])}
    moment = row.data["at"].astimezone(UTC)
    start = [str(row.data["resident_id"]), str(row.data["entry"]), str(row.data["id"]), f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"]
    return json.dumps([*start, *told.values()], ensure_ascii=False)
