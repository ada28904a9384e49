from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.trends import Result, bounds, trend

START = datetime(2026, 1, 1, tzinfo=UTC)


def results(*values: str, unit: str | None = "g/L") -> list[Result]:
    """A day between any two."""
    return [Result(START + timedelta(days=day), value, unit) for day, value in enumerate(values)]


def test_points_and_range_lie_on_one_scale() -> None:
    found = trend(results("2", "4", "10"), "4-8")
    assert found is not None
    assert found.points == [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]
    assert (found.low, found.high) == (0.25, 0.75)


def test_an_open_range_reaches_to_the_edge() -> None:
    below, above, none = (trend(results("0", "10"), text) for text in ("<5", "≥5", None))
    assert below is not None
    assert above is not None
    assert none is not None
    assert [(one.low, one.high) for one in (below, above, none)] == [(0.0, 0.5), (0.5, 1.0), (0.0, 1.0)]


def test_what_is_no_number_or_in_another_unit_is_left_out() -> None:
    mixed = [*results("1"), *results("阴性", "<2", unit="g/L")[1:], *results("9", unit="mg/L"), *results("3")]
    found = trend(mixed, None)
    assert found is not None
    assert len(found.points) == 2


@pytest.mark.parametrize("few", [["5"], ["阴性", "5"], ["5", "阴性"], ["1", "2", "+"]])
def test_one_number_makes_no_trend_and_words_have_none(few: list[str]) -> None:
    assert trend(results(*few), "1-2") is None


def test_what_never_changes_is_drawn_too() -> None:
    found = trend(results("5", "5"), None)
    assert found is not None
    assert found.points == [(0.0, 0.0), (1.0, 0.0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5-9.5", (3.5, 9.5)),
        ("3.5 – 9.5", (3.5, 9.5)),
        ("-2~2", (-2.0, 2.0)),
        ("125--350", (125.0, 350.0)),
        (" <5.2 ", (None, 5.2)),
        ("≤10", (None, 10.0)),
        (">=60", (60.0, None)),
        ("阴性", (None, None)),
        ("男 4-5，女 3-4", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_range_is_read_as_it_is_written(text: str | None, expected: tuple[float | None, float | None]) -> None:
    assert bounds(text) == expected


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2).map(str), min_size=2, max_size=8),
    st.one_of(st.none(), st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda ends: f"{min(ends)}-{max(ends)}")),
)
def test_nothing_is_drawn_outside(values: list[str], reference_range: str | None) -> None:
    found = trend(results(*values), reference_range)
    assert found is not None
    assert all(0 <= at <= 1 for point in found.points for at in point)
    assert 0 <= found.low <= found.high <= 1
