"""Cursors: the values of a list's order columns, made in the statement and read back, typed, before it.

A cursor is base64url of a JSON array of texts. It is no secret and grants nothing: the list's rule holds behind it as before it.
"""

import base64
import binascii
import json
from datetime import date, datetime
from uuid import UUID

from plans.mapping import Order


class BadCursorError(ValueError):
    """The text is no cursor of this list."""


_READERS = {"uuid": UUID, "timestamptz": datetime.fromisoformat, "date": date.fromisoformat, "int": int, "text": str}


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
            if not isinstance(value, str) or "\0" in value:
                raise BadCursorError(text)
            _READERS[kind](value)
    except (binascii.Error, UnicodeError, json.JSONDecodeError, ValueError, RecursionError) as error:
        raise BadCursorError(text) from error
    return tuple(values)
