"""Links to reports: for how long, and with which passcode."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.refusals import InvalidInput
from domain.report_links import LONGEST, check_expiry, is_passcode, passcode_digest

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), timedelta(days=30), LONGEST])
def test_a_link_lasts_for_a_while(ahead: timedelta) -> None:
    check_expiry(NOW + ahead, NOW)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=-1), LONGEST + timedelta(microseconds=1)])
def test_it_neither_is_over_nor_stays(ahead: timedelta) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_expiry(NOW + ahead, NOW)
    assert refused.value.field == ("expires_at",)


def test_only_the_passcode_of_this_link_is_right() -> None:
    digest = passcode_digest("春风十里", "key")
    assert is_passcode("春风十里", "key", digest)
    assert not is_passcode("春风十", "key", digest)
    assert not is_passcode("", "key", digest)
    assert passcode_digest("春风十里", "other key") != digest
    assert "春风十里".encode() not in digest
