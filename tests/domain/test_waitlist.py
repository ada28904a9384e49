"""For which days one may wait, and when one may leave."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.enums import WaitlistStatus
from domain.refusals import InvalidInput, WrongState
from domain.waitlist import FARTHEST, check_days, must_leave

# 00:30 in Shanghai.
NOW = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def test_days_count_from_today_in_shanghai() -> None:
    check_days(TODAY, TODAY, NOW)
    check_days(TODAY + DAY, TODAY + FARTHEST, NOW)
    for from_day, to_day, field in (
        (TODAY - DAY, TODAY, "from"),
        (TODAY + DAY, TODAY, "to"),
        (TODAY, TODAY + FARTHEST + DAY, "to"),
    ):
        with pytest.raises(InvalidInput) as refused:
            check_days(from_day, to_day, NOW)
        assert refused.value.field == (field,)


@pytest.mark.parametrize("status", WaitlistStatus)
def test_only_who_waits_leaves_and_leaving_again_is_no_refusal(status: WaitlistStatus) -> None:
    if status in (WaitlistStatus.BOOKED, WaitlistStatus.EXPIRED):
        with pytest.raises(WrongState):
            must_leave(status)
    else:
        assert must_leave(status) is (status is WaitlistStatus.WAITING)
