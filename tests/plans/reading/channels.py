"""The plain resolvers of where people and institutions are told, and who may see that."""

from typing import Any

from tests.plans.reading.city import Record
from tests.plans.reading.plain import SEEN_BY, Reader, Row, of


def sees_device(reader: Reader, row: Record) -> bool:
    """Whose it is, for as long as its session stands and it is not gone."""
    sessions = reader.city.rows("session", resident_id=row["resident_id"], id=row["session_id"], ended_at=None)
    stands = row["gone_at"] is None and any(reader.is_open(session) for session in sessions)
    return stands and reader.kind == "RESIDENT" and bool(row["resident_id"] == reader.viewer.resident_id)


SEEN_BY["Device"] = sees_device


@of("Institution.email")
def email(reader: Reader, row: Row, _: Any) -> str | None:
    """The operator reads them all, an institution its own."""
    is_own = row.data["id"] == reader.viewer.institution_id
    return row.data["email"] if reader.kind == "APP" or is_own else None


@of("Query.pushPublicKey")
def push_public_key(reader: Reader, _: Any, __: Any) -> None:
    """Push is off in this city."""
