"""The plain resolvers of notifications and of how people want to be told."""

from typing import Any

from tests.plans.reading.city import Record, language
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, TABLES, Reader, Row, first, of
from tests.plans.reading.scopes import covered
from tests.plans.reading.texts import TYPES


def is_own(reader: Reader, row: Record) -> bool:
    """Nobody reads what somebody else was told, or wants."""
    return reader.kind == "RESIDENT" and row["resident_id"] == reader.viewer.resident_id and row.get("in_app") is not False


SEEN_BY["Notification"] = SEEN_BY["NotificationPreferences"] = is_own


@of("Resident.notifications")
def notifications(reader: Reader, row: Row, given: Any) -> Listed:
    rows = reader.all("Notification", resident_id=row.data["resident_id"])
    return Listed("Notification", [each for each in rows if not given.get("unreadOnly") or each["read_at"] is None], given)


def text(name: str) -> Any:
    def read(reader: Reader, row: Row, _: Any) -> Any:
        (person,) = reader.city.rows("resident", resident_id=row.data["resident_id"])
        spoken = language(reader.viewer) or person["language"]
        return row.data[f"{name}_en" if spoken == "en" else f"{name}_zh"]

    return read


of("Notification.title")(text("title"))
of("Notification.body")(text("body"))


@of("Notification.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["about_id"])))


@of("Notification.subject")
def subject(reader: Reader, row: Row, _: Any) -> Row | None:
    name = TYPES[row.data["subject_letter"]]
    if not covered(reader.viewer, name, "id"):
        return None
    same = {"resident_id": row.data["about_id"], **({} if name == "Resident" else {"id": row.data["subject_id"]})}
    return reader.see(name, first(reader.city.rows(TABLES[name], **same)))


@of("Resident.notificationPreferences")
def preferences(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("NotificationPreferences", row.data)


def chosen(reader: Reader, row: Row) -> Record | None:
    return first(reader.city.rows("notification_preference", resident_id=row.data["resident_id"]))


@of("NotificationPreferences.channels")
def channels(reader: Reader, row: Row, _: Any) -> Any:
    found = chosen(reader, row)
    return ["IN_APP", "SMS", "WECHAT", "PUSH"] if found is None else found["channels"]


def hour(name: str, default: str) -> Any:
    def read(reader: Reader, row: Row, _: Any) -> Any:
        found = chosen(reader, row)
        return default if found is None else found[name] and f"{found[name]:%H:%M}"

    return read


of("NotificationPreferences.quietFrom")(hour("quiet_from", "22:00"))
of("NotificationPreferences.quietTo")(hour("quiet_to", "08:00"))
