"""A simulator's books: orders, refunds and what is to be told, in one SQLite file, written before anything is answered."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

TABLES = """
create table if not exists orders (
  number text primary key, code text not null unique, amount integer not null check (amount > 0), description text not null,
  flow text not null, notify_url text not null, created_at text not null, expires_at text not null, details text not null,
  state text not null, reference text unique, paid_at text
);
create table if not exists refunds (
  number text primary key, order_number text not null references orders, amount integer not null check (amount > 0),
  notify_url text not null, requested_at text not null, details text not null, reference text not null unique,
  state text not null, outcome text not null, due_at text not null, settled_at text
);
create table if not exists notices (
  row integer primary key, id text not null, kind text not null, number text not null, url text not null, wrong text,
  held integer not null, due_at text not null, attempts integer not null default 0, open integer not null default 1
);
create index if not exists orders_paid on orders (paid_at);
create index if not exists refunds_of_order on refunds (order_number);
create index if not exists refunds_pending on refunds (due_at) where state = 'PENDING';
create index if not exists notices_due on notices (held, due_at) where open;
"""


class State(StrEnum):
    """Of an order: OPEN PAID CLOSED. Of a refund: PENDING SUCCEEDED FAILED."""

    OPEN = "OPEN"
    PAID = "PAID"
    CLOSED = "CLOSED"
    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class Kind(StrEnum):
    """What a notice is about."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"


@dataclass(frozen=True, slots=True)
class Order:
    """`code`: what the payer scans or hands to the provider's kit. `details`: what else its provider's wire format repeats."""

    number: str
    code: str
    amount: int
    description: str
    flow: str
    notify_url: str
    created_at: datetime
    expires_at: datetime
    details: Mapping[str, Any]
    state: State = State.OPEN
    reference: str | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """`outcome`: how it ends at `due_at`, which only the simulator knows before."""

    number: str
    order_number: str
    amount: int
    notify_url: str
    requested_at: datetime
    details: Mapping[str, Any]
    reference: str
    state: State
    outcome: State
    due_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification to be sent. `row`: its own; `id`: the provider's, shared by its copies. `wrong`: what is wrong about it."""

    row: int
    id: str
    kind: Kind
    number: str
    url: str
    wrong: str | None
    attempts: int


class Books:
    """Plain storage: who calls decides. One connection, used from one thread."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file)
        # A killed process loses nothing so; a machine without power might.
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(TABLES)

    def close(self) -> None:
        """At the end of the process."""
        self._connection.close()

    def insert_order(self, order: Order) -> None:
        """A new one."""
        self._write("insert into orders values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *_flat(order))

    def move_order(self, number: str, state: State, reference: str | None = None, paid_at: datetime | None = None) -> None:
        """To another state."""
        self._write(
            "update orders set state = ?, reference = ?, paid_at = ? where number = ?", state, reference, _stored(paid_at), number
        )

    def order(self, number: str) -> Order | None:
        """By our client's number."""
        return self._order("number = ?", number)

    def order_of_code(self, code: str) -> Order | None:
        """By what a payer scans."""
        return self._order("code = ?", code)

    def order_of_reference(self, reference: str) -> Order | None:
        """By the provider's own reference of its payment."""
        return self._order("reference = ?", reference)

    def payments(self, day: date | None = None) -> list[Order]:
        """What was paid, on a day in Asia/Shanghai or ever, by time."""
        found = self._rows("select * from orders where paid_at >= ? and paid_at < ? order by paid_at, number", *_bounds(day))
        return [_order(row) for row in found]

    def insert_refund(self, refund: Refund) -> None:
        """A new one."""
        self._write("insert into refunds values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *_flat(refund))

    def settle_refund(self, number: str, settled_at: datetime) -> None:
        """Ends it as it is to end."""
        self._write("update refunds set state = outcome, settled_at = ? where number = ?", _stored(settled_at), number)

    def refund(self, number: str) -> Refund | None:
        """By our client's number of it."""
        found = self._rows("select * from refunds where number = ?", number)
        return _refund(found[0]) if found else None

    def refunds_of(self, order_number: str) -> list[Refund]:
        """All of an order, in the order in which they were asked for."""
        found = self._rows("select * from refunds where order_number = ? order by requested_at, number", order_number)
        return [_refund(row) for row in found]

    def refunds(self, day: date | None = None) -> list[Refund]:
        """Those that ended, or else were asked for, on a day in Asia/Shanghai or ever, by time."""
        when = "coalesce(settled_at, requested_at)"
        found = self._rows(f"select * from refunds where {when} >= ? and {when} < ? order by {when}, number", *_bounds(day))
        return [_refund(row) for row in found]

    def refunds_due(self, now: datetime) -> list[Refund]:
        """Pending ones that are to end."""
        found = self._rows("select * from refunds where state = 'PENDING' and due_at <= ? order by due_at, number", _stored(now))
        return [_refund(row) for row in found]

    def add_notices(self, notice: Notice, copies: int, held: bool, due_at: datetime) -> None:
        """So many copies of it, each with a row of its own."""
        with self._connection:
            self._connection.executemany(
                "insert into notices (id, kind, number, url, wrong, held, due_at) values (?, ?, ?, ?, ?, ?, ?)",
                [(notice.id, notice.kind, notice.number, notice.url, notice.wrong, held, _stored(due_at))] * copies,
            )

    def notices_due(self, now: datetime) -> list[Notice]:
        """Those to be sent now, the one that waits longest first."""
        return [
            Notice(row, id, Kind(kind), number, url, wrong, attempts)
            for row, id, kind, number, url, wrong, attempts in self._rows(
                "select row, id, kind, number, url, wrong, attempts from notices"
                " where open and not held and due_at <= ? order by due_at, row",
                _stored(now),
            )
        ]

    def held_notices(self) -> list[int]:
        """The rows of those that are kept back."""
        return [row for (row,) in self._rows("select row from notices where open and held order by row")]

    def release(self, rows: Sequence[int], now: datetime) -> None:
        """Lets them go, in this order."""
        with self._connection:
            for position, row in enumerate(rows):
                due_at = now - timedelta(microseconds=len(rows) - position)
                self._connection.execute("update notices set held = 0, due_at = ? where row = ?", (_stored(due_at), row))

    def tried(self, row: int, again_at: datetime | None) -> None:
        """Counts an attempt; None ends it."""
        self._write(
            "update notices set attempts = attempts + 1, open = ?, due_at = coalesce(?, due_at) where row = ?",
            again_at is not None,
            _stored(again_at),
            row,
        )

    def _order(self, condition: str, value: str) -> Order | None:
        found = self._rows(f"select * from orders where {condition}", value)
        return _order(found[0]) if found else None

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: Any) -> None:
        with self._connection:
            self._connection.execute(statement, values)


def _stored(moment: datetime | None) -> str | None:
    """Text of one length, so that it sorts as time does."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _bounds(day: date | None) -> tuple[str | None, str | None]:
    if day is None:
        return "", "~"
    start = datetime.combine(day, time(), SHANGHAI)
    return _stored(start), _stored(start + timedelta(days=1))


def _flat(row: Order | Refund) -> list[Any]:
    values = [getattr(row, name) for name in row.__slots__]
    return [
        json.dumps(value) if isinstance(value, Mapping) else _stored(value) if isinstance(value, datetime) else value
        for value in values
    ]


def _order(row: Any) -> Order:
    number, code, amount, description, flow, url, created, expires, details, state, reference, paid = row
    created_at, expires_at = datetime.fromisoformat(created), datetime.fromisoformat(expires)
    about = json.loads(details)
    return Order(
        number, code, amount, description, flow, url, created_at, expires_at, about, State(state), reference, _moment(paid)
    )


def _refund(row: Any) -> Refund:
    number, order, amount, url, requested, details, reference, state, outcome, due, settled = row
    times = datetime.fromisoformat(requested), datetime.fromisoformat(due), _moment(settled)
    about = json.loads(details)
    return Refund(number, order, amount, url, times[0], about, reference, State(state), State(outcome), times[1], times[2])
