"""What clients write for a DateTime and a Date: one form each, and nothing that fails later."""

from datetime import UTC, date, datetime

import pytest
from graphql import GraphQLScalarType

from schema import build

TYPES = build.graphql_schema(build.build()).type_map


def scalar(name: str) -> GraphQLScalarType:
    found = TYPES[name]
    assert isinstance(found, GraphQLScalarType)
    return found


def test_a_moment_carries_an_offset() -> None:
    assert scalar("DateTime").coerce_input_value("2026-11-23T09:30:00+08:00") == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T09:30:00",
        "2026-11-23",
        "2026-W48-1T01:00:00+08:00",
        "20261123T013000+08",
        "2026-11-23T24:00:00Z",
        # In UTC, and in Shanghai, there is no such year.
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59Z",
        1_795_000_000,
        None,
    ],
)
def test_another_text_is_no_moment(text: object) -> None:
    with pytest.raises(ValueError, match=r"^."):
        scalar("DateTime").coerce_input_value(text)


def test_a_day_is_written_one_way() -> None:
    assert scalar("Date").coerce_input_value("2026-11-23") == date(2026, 11, 23)
    for text in ("20261123", "2026-W48-1", "2026-02-30", "2026-11-23T00:00:00Z", 20261123):
        with pytest.raises(ValueError, match=r"^."):
            scalar("Date").coerce_input_value(text)
