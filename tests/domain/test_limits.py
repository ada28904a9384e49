"""How often something may be done."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.limits import Limit
from domain.refusals import RateLimited
from tests.domain.samples import later


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_every_moment_is_in_one_window(now: datetime, window: timedelta) -> None:
    limit = Limit(window, 1)
    start = limit.window_start(now)
    assert start <= now < start + window
    assert limit.window_start(start) == start
    assert limit.window_start(start + window) == start + window


def test_a_limit_says_when_to_try_again() -> None:
    limit = Limit(timedelta(minutes=1), 2)
    limit.check(2, later(59))
    with pytest.raises(RateLimited) as refused:
        limit.check(3, later(59))
    assert refused.value.retry_at == later(60)
