"""Scalars. A value comes from the statement as its canonical text, so serializing passes text through; parsing is strict."""

import re
from datetime import date, datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.times import from_text, to_text

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _parse_date_time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("A DateTime is a string.")
    return from_text(value)


def _parse_date(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("A Date is written as 2026-11-23.")
    return date.fromisoformat(value)


DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)

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
}
