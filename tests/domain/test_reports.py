"""What reports say, and when two are the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.enums import ObservationFlag, ReportCategory
from domain.refusals import InvalidInput
from domain.reports import (
    CLOCK_SKEW,
    MOST_OBSERVATIONS,
    Content,
    Observation,
    check_content,
    check_observed_at,
    content_digest,
)

ONE, TWO = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
GLUCOSE = Observation("GLU", "葡萄糖", "7.2", "mmol/L", "3.9-6.1", ObservationFlag.HIGH)
SAID = Content([GLUCOSE], "甲", "乙")
LABORATORY = ReportCategory.LABORATORY


def test_reports_are_the_same_when_all_of_it_is() -> None:
    first = content_digest(ONE, "生化", LABORATORY, TWO, NOW, SAID)
    again = NOW.astimezone(UTC) + timedelta(0)
    assert content_digest(ONE, "生化", LABORATORY, TWO, again, replace(SAID, observations=(GLUCOSE,))) == first


@pytest.mark.parametrize(
    "observation",
    [
        replace(GLUCOSE, code="GLU2"),
        replace(GLUCOSE, display="血糖"),
        replace(GLUCOSE, value="7.20"),
        replace(GLUCOSE, unit=None),
        replace(GLUCOSE, reference_range="3.9-6.0"),
        replace(GLUCOSE, flag=None),
    ],
)
def test_another_value_is_another_report(observation: Observation) -> None:
    first = content_digest(ONE, "生化", LABORATORY, TWO, NOW, SAID)
    assert content_digest(ONE, "生化", LABORATORY, TWO, NOW, replace(SAID, observations=[observation])) != first


def test_each_other_part_counts() -> None:
    digests = {
        content_digest(ONE, "生化", LABORATORY, TWO, NOW, SAID),
        content_digest(TWO, "生化", LABORATORY, TWO, NOW, SAID),
        content_digest(ONE, "血脂", LABORATORY, TWO, NOW, SAID),
        content_digest(ONE, "生化", ReportCategory.CHECKUP, TWO, NOW, SAID),
        content_digest(ONE, "生化", LABORATORY, ONE, NOW, SAID),
        content_digest(ONE, "生化", LABORATORY, TWO, None, SAID),
        content_digest(ONE, "生化", LABORATORY, TWO, NOW + timedelta(seconds=1), SAID),
        content_digest(ONE, "生化", LABORATORY, TWO, NOW, replace(SAID, findings=None)),
        content_digest(ONE, "生化", LABORATORY, TWO, NOW, replace(SAID, conclusion=None)),
        content_digest(ONE, "生化", LABORATORY, TWO, NOW, replace(SAID, findings="乙", conclusion="甲")),
        content_digest(ONE, "生化", LABORATORY, TWO, NOW, replace(SAID, observations=[GLUCOSE, GLUCOSE])),
    }
    assert len(digests) == 11


@pytest.mark.parametrize("content", [Content([GLUCOSE], None, None), Content([], "甲", None), Content([], None, "乙")])
def test_one_part_is_enough(content: Content) -> None:
    check_content(content)


def test_nothing_is_no_report_and_neither_is_too_much() -> None:
    check_content(Content([GLUCOSE] * MOST_OBSERVATIONS, None, None))
    for content in (Content([], None, None), Content([GLUCOSE] * (MOST_OBSERVATIONS + 1), "甲", None)):
        with pytest.raises(InvalidInput):
            check_content(content)


def test_nothing_is_observed_before_it_happens() -> None:
    check_observed_at(NOW + CLOCK_SKEW, NOW)
    with pytest.raises(InvalidInput):
        check_observed_at(NOW + CLOCK_SKEW + timedelta(microseconds=1), NOW)
