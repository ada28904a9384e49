"""A connection over a Python list: its pages by the words of the Relay specification."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.plans.reading.texts import cursor, place

if TYPE_CHECKING:
    from tests.plans.reading.city import Record
    from tests.plans.reading.plain import Reader

# The columns that give each list its order, and which lists show the newest first.
ORDERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Institution", "Doctor", "FamilyDoctorTeam"), ("code", "id")),
    "FamilyDoctorAgreement": ("requested_at", "id"),
    **dict.fromkeys(("Slot", "Appointment"), ("starts_at", "id")),
    "Scan": ("scanned_at", "id"),
    "Bill": ("issued_at", "id"),
    "Payment": ("started_at", "id"),
    "HealthRecordEntry": ("occurred_at", "id"),
    "AccessLogEntry": ("entry", "id"),
    "Consent": ("id",),
    **dict.fromkeys(("Report", "Prescription"), ("issued_at", "id")),
    "Observation": ("observed_at", "id"),
    "Admission": ("admitted_at", "id"),
    "InpatientCharge": ("charged_on", "id"),
    "FailedJob": ("id",),
    "Notification": ("id",),
    "PlaceReturn": ("id",),
    "Discrepancy": ("id",),
}
NEWEST_FIRST = ("Scan", "FailedJob", "PlaceReturn", "Bill", "Payment", "Discrepancy", "HealthRecordEntry", "Report", "Observation",
                "AccessLogEntry", "Consent", "Admission", "InpatientCharge", "Notification")  # fmt: skip
TIMES = ("scanned_at", "starts_at", "issued_at", "started_at", "occurred_at", "observed_at", "requested_at", "admitted_at")
KINDS: Mapping[str, type] = {"code": str, "charged_on": date, "entry": int, "id": UUID, **dict.fromkeys(TIMES, datetime)}
DEFAULT, MAXIMUM = 20, 100


def check_page(type_name: str, given: Mapping[str, Any]) -> None:
    """Raises ValueError when the arguments name no page of that list."""
    if given.get("first") is not None and given.get("last") is not None:
        raise ValueError("Both first and last.")
    for name in ("first", "last"):
        if given.get(name) is not None and not 0 <= given[name] <= MAXIMUM:
            raise ValueError(name)
    for name in ("after", "before"):
        if given.get(name) is not None:
            place(given[name], tuple(KINDS[column] for column in ORDERS[type_name]))


@dataclass(slots=True)
class Listed:
    """A connection, an edge of one, or its page info: whatever `resolve` is asked for. `is_newest_first`: where other lists of the
    type are not; `through`: the visit that led to the list."""

    type: str
    rows: list["Record"]
    given: Mapping[str, Any]
    is_newest_first: bool | None = None
    through: "Record | None" = None

    def __post_init__(self) -> None:
        if self.is_newest_first is None:
            self.is_newest_first = self.type in NEWEST_FIRST

    def resolve(self, reader: "Reader", name: str) -> Any:
        """A field of the connection."""
        page = self.page()
        if name == "totalCount":
            return len(self.rows)
        if name == "nodes":
            return [self.see(reader, row) for row in page]
        return [Edge(self, row) for row in page] if name == "edges" else Info(self, page)

    def see(self, reader: "Reader", row: "Record") -> Any:
        """The row; in a list of several types it says of which it is."""
        return reader.see(row.get("entry_type", self.type), row)

    def key(self, row: "Record") -> tuple[Any, ...]:
        return tuple(row[column] for column in ORDERS[self.type])

    def cursor(self, row: "Record") -> str:
        return cursor(*self.key(row))

    def inside(self, *, of: tuple[str, ...] = ("after", "before")) -> list["Record"]:
        """The rows between the cursors, in the list's order."""
        rows = sorted(self.rows, key=self.key, reverse=bool(self.is_newest_first))
        for name in of:
            if self.given.get(name) is not None:
                bound = place(self.given[name], tuple(KINDS[column] for column in ORDERS[self.type]))
                behind = (name == "after") != self.is_newest_first
                rows = [row for row in rows if (self.key(row) > bound if behind else self.key(row) < bound)]
        return rows

    def page(self) -> list["Record"]:
        rows, last = self.inside(), self.given.get("last")
        if last is not None:
            return rows[max(0, len(rows) - last) :]
        size = self.given.get("first")
        return rows[: DEFAULT if size is None else size]


@dataclass(slots=True)
class Edge:
    of: Listed
    row: "Record"

    @property
    def through(self) -> "Record | None":
        return self.of.through

    def resolve(self, reader: "Reader", name: str) -> Any:
        return self.of.cursor(self.row) if name == "cursor" else self.of.see(reader, self.row)


@dataclass(slots=True)
class Info:
    of: Listed
    page: list["Record"]

    def resolve(self, _: "Reader", name: str) -> Any:
        backward = self.of.given.get("last") is not None
        if name in ("startCursor", "endCursor"):
            return self.of.cursor(self.page[0 if name == "startCursor" else -1]) if self.page else None
        if (name == "hasNextPage") != backward:
            return len(self.of.inside()) > len(self.page)  # towards where the page grows
        bound = "before" if backward else "after"
        return self.of.given.get(bound) is not None and len(self.of.inside(of=(bound,))) < len(self.of.rows)
