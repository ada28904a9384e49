"""Scalars. A value comes from the statement as its canonical text, so serializing passes text through; parsing is strict."""

import decimal
import re
from datetime import date, datetime, time
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.money import read_decimal
from domain.times import from_text, to_text

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")


def _parse_date_time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("A DateTime is a string.")
    return from_text(value)


def _parse_date(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("A Date is written as 2026-11-23.")
    return date.fromisoformat(value)


def _parse_time(value: object) -> time:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("A Time is written as 22:00.")
    return time.fromisoformat(value)


def _parse_decimal(value: object) -> decimal.Decimal:
    if not isinstance(value, str):
        raise ValueError("A Decimal is a string.")
    return read_decimal(value)


DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
Time = NewType("Time", time)
Decimal = NewType("Decimal", decimal.Decimal)
JSON = NewType("JSON", object)

SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 with an offset: 2026-11-23T09:30:00+08:00",
        serialize=lambda value: value if isinstance(value, str) else to_text(value),
        parse_value=_parse_date_time,
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A calendar day in Asia/Shanghai: 2026-11-23",
        serialize=str,
        parse_value=_parse_date,
    ),
    Time: strawberry.scalar(
        name="Time",
        description="A local time of day: 22:00",
        serialize=str,
        parse_value=_parse_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="A decimal number as a string: digits and a point, at most 18 digits",
        serialize=str,
        parse_value=_parse_decimal,
    ),
    JSON: strawberry.scalar(name="JSON", description="What a provider's own kit takes, as it gave it"),
}
