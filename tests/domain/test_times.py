from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.times import from_text, shanghai_day, to_text

MOMENTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))


# As `select json_build_object('t', x)` of PostgreSQL writes them in a session with time zone Asia/Shanghai.
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 23, 1, 30, tzinfo=UTC), "2026-11-23T09:30:00+08:00"),
        (datetime(2026, 11, 23, 1, 30, 0, 120_000, tzinfo=UTC), "2026-11-23T09:30:00.12+08:00"),
        (datetime(2026, 11, 23, 1, 30, 0, 1, tzinfo=UTC), "2026-11-23T09:30:00.000001+08:00"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027-01-01T00:00:00+08:00"),
        (datetime(1988, 7, 1, 0, 0, tzinfo=UTC), "1988-07-01T09:00:00+09:00"),  # China had summer time
        (datetime(1900, 1, 1, 0, 0, tzinfo=UTC), "1900-01-01T08:05:43+08:05:43"),
        (datetime(800, 1, 1, 0, 0, tzinfo=UTC), "0800-01-01T08:05:43+08:05:43"),
    ],
)
def test_the_canonical_text(moment: datetime, text: str) -> None:
    assert to_text(moment) == text


@given(MOMENTS.filter(lambda moment: moment.year > 1901))
def test_a_text_reads_back(moment: datetime) -> None:
    assert from_text(to_text(moment)) == moment


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_the_zone_of_a_moment_makes_no_difference(moment: datetime, minutes: int) -> None:
    assert to_text(moment.astimezone(timezone(timedelta(minutes=minutes)))) == to_text(moment)


def test_any_offset_is_read() -> None:
    assert from_text("2026-11-23T01:30:00Z") == from_text("2026-11-22t17:30:00-08:00") == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert from_text("2026-11-23T01:30:00Z").tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-11-23", "2026-11-23T09:30:00", "2026-11-23T09:30+08:00", "20261123T093000+0800",
        "2026-W48-1T09:30:00+08:00", "2026-02-30T09:30:00+08:00", "2026-11-23T24:30:00+08:00",
        "２０２６-11-23T09:30:00+08:00", "2026-11-23T09:30:00+08:00\n", "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:00:00Z",
    ],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|day|hour"):
        from_text(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_text(datetime(2026, 11, 23))


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    assert shanghai_day(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert shanghai_day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
