"""Cursors: the values of a list's order columns, made in the statement and read back, typed, before it.

A cursor is base64url of a JSON array of texts. It is no secret and grants nothing: the list's rule holds behind it as before it.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from plans.mapping import Order


class BadCursorError(ValueError):
    """The text is no cursor of this list."""


_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?[+-](0[0-9]|1[0-5])(:[0-5][0-9]){0,2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INT = re.compile(r"-?[0-9]{1,9}")
_BIGINT = re.compile(r"-?[0-9]{1,18}")


def _is_time(text: str) -> bool:
    return bool(_TIME.fullmatch(text) and datetime.fromisoformat(text))


def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text) and date.fromisoformat(text))


def _is_text(text: str) -> bool:
    text.encode()  # which half of a surrogate pair refuses
    return "\0" not in text


# What PostgreSQL writes of each type, and nothing else that Python or PostgreSQL might read: a bad cursor never gets that far.
# Each may raise ValueError too.
_CHECKS: Mapping[str, Callable[[str], object]] = {
    "uuid": _UUID.fullmatch,
    "timestamptz": _is_time,
    "date": _is_day,
    "int": _INT.fullmatch,
    "bigint": _BIGINT.fullmatch,
    "text": _is_text,
}


def expression(order: Order, alias: str) -> str:
    """SQL that makes the cursor of the row `alias`."""
    values = ", ".join(f"{alias}.{column}::text" for column in order.columns)
    return f"translate(encode(convert_to(json_build_array({values})::text, 'UTF8'), 'base64'), E'+/=\\n', '-_')"


def decode(text: str, order: Order) -> tuple[str, ...]:
    """The order columns' values, as text that PostgreSQL reads as their types. Raises BadCursorError."""
    try:
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(order.types):
            raise BadCursorError(text)
        for value, kind in zip(values, order.types, strict=True):
            if not isinstance(value, str) or not _CHECKS[kind](value):
                raise BadCursorError(text)
    except (ValueError, RecursionError) as error:
        raise BadCursorError(text) from error
    return tuple(values)
