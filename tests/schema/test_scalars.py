"""What clients write for a scalar: one form each, and nothing that fails later."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from graphql import GraphQLScalarType

from schema import build, scalars

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


def test_a_time_of_day_is_written_one_way() -> None:
    parse = scalars.SCALARS[scalars.Time].parse_value
    assert parse is not None
    assert parse("22:05") == time(22, 5)
    for text in ("22:05:00", "9:00", "24:00", "22:60", "2205", "22:05Z", "٢٢:٠٥", 2205, None):
        with pytest.raises(ValueError, match=r"^."):
            parse(text)


def test_a_decimal_is_a_plain_number_in_quotes() -> None:
    parse = scalars.SCALARS[scalars.Decimal].parse_value
    assert parse is not None
    assert parse("128.50") == Decimal("128.50")
    assert str(parse("128.50")) == "128.50"
    for text in ("1e3", "1E3", "", ".5", "5.", "+1", "1,000", "NaN", "0x1", "1" * 19, "一", "٣", 128.5, 128, True, None):
        with pytest.raises(ValueError, match=r"^."):
            parse(text)
