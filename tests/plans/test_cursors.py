"""Cursors: what a statement made is read back, and nothing else gets as far as PostgreSQL."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import cursors
from plans.mapping import Order
from tests.plans.toy import number

ORDERS = [
    Order(("a",), ("uuid",)),
    Order(("a", "b"), ("timestamptz", "uuid")),
    Order(("a", "b"), ("date", "int")),
    Order(("a",), ("bigint",)),
    Order(("a", "b"), ("text", "text")),
]
NEARLY = {
    "uuid": ["{00000000-0000-7000-8000-000000000001}", "urn:uuid:00000000-0000-7000-8000-000000000001", "0" * 32],
    "timestamptz": ["2024-03-01 24:00:00+08", "2024-02-30 00:00:00+08", "2024-W01-1 00:00:00+08", "2024-03-01 00:00:00+19",
                    "2024-03-01 00:00:00", "20240301T000000+08", "infinity", "2024-03-01 00:00:60+08"],
    "date": ["2024-02-30", "2024-W01-1", "20240301", "infinity", "0000-01-01"],
    "int": ["1_0", " 1", "１", "99999999999", "+1", ""],
    "bigint": ["1_0", "1.0", "9999999999999999999", ""],
    "text": ["\0", "\ud800"],
}  # fmt: skip


def cursor_of(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


GOOD = {"uuid": str(number(1)), "timestamptz": "2024-03-01 08:00:00.25+08", "date": "2024-03-01", "int": "-7",
        "bigint": "3000000000", "text": "é\\"}  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_cursors_are_read_as_they_were_written(order: Order) -> None:
    good = tuple(GOOD[kind] for kind in order.types)
    assert cursors.decode(cursor_of(list(good)), order) == good
    for place, kind in enumerate(order.types):
        for bad in NEARLY[kind]:
            with pytest.raises(cursors.BadCursorError):
                cursors.decode(cursor_of([*good[:place], bad, *good[place + 1 :]]), order)
    wrong_ones: list[Any] = [[], {}, None, "a", [*good, "a"], [1] * len(good), [None] * len(good)]
    for wrong in wrong_ones:
        with pytest.raises(cursors.BadCursorError):
            cursors.decode(cursor_of(wrong), order)


@given(st.sampled_from(ORDERS), st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_text_breaks_a_cursor(order: Order, text: str) -> None:
    try:
        cursors.decode(text, order)
    except cursors.BadCursorError:
        return
    assert all(kind == "text" for kind in order.types)


@given(st.lists(st.text(alphabet="0123456789-: .+TZWeinfty{}\0é", max_size=30), min_size=2, max_size=2))
def test_what_a_cursor_lets_through_postgresql_reads(values: list[str]) -> None:
    try:
        moment, day = cursors.decode(cursor_of(values), Order(("a", "b"), ("timestamptz", "date")))
    except cursors.BadCursorError:
        return
    assert moment[:10].replace("-", "").isdigit()
    assert len(day) == 10
