"""The plain resolvers of what a resident booked and waits for, and of the draws, and who may see them."""

from datetime import timedelta
from typing import Any

from tests.plans.reading.city import Record
from tests.plans.reading.fields import at, department
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, Reader, Row, first, newest, of
from tests.plans.reading.texts import shown

ENDED_LATELY = timedelta(days=30)


def sees_entry(reader: Reader, row: Record) -> bool:
    """Who waits, and who cares for them with APPOINTMENTS."""
    is_own = row["resident_id"] == reader.viewer.resident_id
    return reader.kind == "RESIDENT" and (is_own or reader.cares(row["resident_id"], "APPOINTMENTS"))


def is_revealed(reader: Reader, row: Record) -> bool:
    """Everybody sees what was drawn, once the day's seed is shown."""
    return any(seed["revealed_at"] is not None for seed in reader.city.rows("draw_seed", day=row["day"]))


SEEN_BY["WaitlistEntry"] = sees_entry
SEEN_BY["PlaceReturn"] = is_revealed
SEEN_BY["ReturnDraw"] = lambda _, __: True


@of("Resident.appointments")
def appointments(reader: Reader, row: Row, given: Any) -> Listed:
    statuses = given.get("statuses")
    rows = reader.all("Appointment", resident_id=row.data["resident_id"])
    return Listed("Appointment", [one for one in rows if statuses is None or one["status"] in statuses], given)


@of("Resident.waitlist")
def waitlist(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = newest(reader.all("WaitlistEntry", resident_id=row.data["resident_id"]))
    since = reader.now - ENDED_LATELY
    return [reader.see("WaitlistEntry", one) for one in rows if one["ended_at"] is None or one["ended_at"] > since]


@of("WaitlistEntry.position")
def position(reader: Reader, row: Row, _: Any) -> int | None:
    mine = row.data
    line = [
        (other["id"], other["resident_id"])
        for other in reader.city.rows("waitlist_entry", department_id=mine["department_id"], status="WAITING")
        if other["from_day"] <= mine["to_day"] and mine["from_day"] <= other["to_day"]
    ]
    return 1 + sorted(line).index((mine["id"], mine["resident_id"])) if mine["status"] == "WAITING" else None


@of("WaitlistEntry.from")
def from_day(_: Reader, row: Row, __: Any) -> Any:
    return shown(row.data["from_day"])


@of("WaitlistEntry.to")
def to_day(_: Reader, row: Row, __: Any) -> Any:
    return shown(row.data["to_day"])


of("WaitlistEntry.institution")(at)
of("WaitlistEntry.department")(department)


@of("WaitlistEntry.appointment")
def appointment(reader: Reader, row: Row, _: Any) -> Row | None:
    owner, id = row.data["resident_id"], row.data["appointment_id"]
    return reader.see("Appointment", first(reader.city.rows("appointment", resident_id=owner, id=id)))


@of("WaitlistEntry.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])))


@of("Query.returnDraw")
def return_draw(reader: Reader, _: Any, given: Any) -> Row | None:
    seeds = reader.city.tables["draw_seed"]
    return reader.see("ReturnDraw", first([seed for seed in seeds if seed["day"].isoformat() == given["on"]]))


@of("ReturnDraw.date")
def date(_: Reader, row: Row, __: Any) -> Any:
    return shown(row.data["day"])


@of("ReturnDraw.commitment")
def commitment(_: Reader, row: Row, __: Any) -> str:
    return str(row.data["commitment"].hex())


@of("ReturnDraw.seed")
def seed(_: Reader, row: Row, __: Any) -> str | None:
    return None if row.data["revealed_at"] is None else row.data["seed"].hex()


@of("ReturnDraw.minimumSeconds")
def minimum_seconds(_: Reader, row: Row, __: Any) -> Any:
    return row.data["after_min"]


@of("ReturnDraw.maximumSeconds")
def maximum_seconds(_: Reader, row: Row, __: Any) -> Any:
    return row.data["after_max"]


@of("ReturnDraw.returns")
def returns(reader: Reader, row: Row, given: Any) -> Listed:
    return Listed("PlaceReturn", reader.all("PlaceReturn", day=row.data["day"]), given)


@of("PlaceReturn.slot")
def slot(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Slot", first(reader.city.rows("slot", id=row.data["slot_id"])))


@of("PlaceReturn.queueNumber")
def queue_number(_: Reader, row: Row, __: Any) -> Any:
    return row.data["number"]
