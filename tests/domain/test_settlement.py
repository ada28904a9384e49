import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import DiscrepancyKind
from domain.settlement import Difference, Item, Line, compare
from tests.domain.books import DAY, NEXT, Found, Seeded, equal_books, line_of, seeded_books, some_item

KINDS = DiscrepancyKind


def found(seeded: Seeded) -> list[Found]:
    differences = compare(DAY, seeded.items, seeded.lines).differences
    return [(d.kind, d.item.id if d.item else None, d.line.reference if d.line else None) for d in differences]


def one(**changes: object) -> tuple[Item, Line]:
    dice = random.Random(1)
    item = some_item(dice, 0)
    return item, replace(line_of(item, dice, 0), **changes)  # type: ignore[arg-type]  # fields by their names


@given(st.integers(0, 2**32), st.integers(0, 60))
def test_equal_books_have_no_difference(seed: int, size: int) -> None:
    seeded = equal_books(seed, size)
    comparison = compare(DAY, seeded.items, seeded.lines)
    assert comparison.differences == []
    assert {line.position: item.reference for line, item in comparison.owners} == {
        line.position: line.reference for line in seeded.lines
    }


@given(st.integers(0, 2**32))
def test_hundred_seeded_differences_are_all_found_and_none_is_invented(seed: int) -> None:
    seeded = seeded_books(seed, size=150, differences=100)
    assert Counter(kind for kind, _, _ in seeded.expected) == dict(zip(KINDS, (17, 17, 17, 17, 16, 16), strict=True))
    assert Counter(found(seeded)) == Counter(seeded.expected)


def test_what_is_booked_late_is_told_on_both_days() -> None:
    item, line = one()
    late = replace(item, book_day=NEXT)
    for day in (DAY, NEXT):
        assert compare(day, [late], [line]).differences == [Difference(KINDS.LATE, late, line)]


def test_line_that_comes_again_on_another_day_is_one_too_many_there_alone() -> None:
    item, line = one()
    again = replace(line, day=NEXT)
    assert compare(DAY, [item], [again, line]).differences == []
    assert compare(NEXT, [item], [again, line]).differences == [Difference(KINDS.DUPLICATE, item, again)]


def test_third_line_is_a_second_duplicate() -> None:
    item, line = one()
    lines = [line, replace(line, position=1), replace(line, position=2)]
    assert [d.line and d.line.position for d in compare(DAY, [item], lines).differences] == [1, 2]
    assert [d.kind for d in compare(DAY, [], lines).differences] == [KINDS.MISSING_HERE, KINDS.DUPLICATE, KINDS.DUPLICATE]


def test_line_of_a_try_that_failed_before_another_succeeded_is_no_difference() -> None:
    item, line = one()
    assert compare(DAY, [item], [replace(line, succeeded=False), replace(line, position=1)]).differences == []


@pytest.mark.parametrize("changes", [{"number": None}, {"reference": "?"}, {"number": "theirs"}])
def test_one_of_number_and_reference_is_enough(changes: dict[str, Any]) -> None:
    item, line = one()
    assert compare(DAY, [item], [replace(line, **{"number": item.number, **changes})]).differences == []


def test_our_number_is_taken_where_the_provider_s_reference_stands() -> None:
    item, line = one()
    assert compare(DAY, [item], [replace(line, number=None, reference=item.number)]).differences == []


def test_refund_is_no_payment_of_the_same_number() -> None:
    item, line = one()
    other = next(kind for kind in type(item.kind) if kind != item.kind)
    assert [d.kind for d in compare(DAY, [item], [replace(line, kind=other)]).differences] == [
        KINDS.MISSING_THERE,
        KINDS.MISSING_HERE,
    ]


def test_amount_counts_more_than_the_day_and_the_status_more_than_the_amount() -> None:
    item, line = one()
    late = replace(item, book_day=NEXT)
    [amount] = compare(DAY, [late], [replace(line, amount=1)]).differences
    [status] = compare(DAY, [late], [replace(line, amount=1, succeeded=False)]).differences
    assert (amount.kind, status.kind) == (KINDS.AMOUNT_DIFFERS, KINDS.STATUS_DIFFERS)
