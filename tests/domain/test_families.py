"""Who may care for whom, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.enums import CareScope
from domain.families import check_end, ends_at, granted, is_adult, of_age_at
from domain.refusals import InvalidInput

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
CHILD, ADULT = date(2016, 5, 1), date(1950, 5, 1)
OF_AGE = datetime(2034, 4, 30, 16, tzinfo=UTC)


def test_of_age_is_who_has_the_18th_birthday_in_shanghai() -> None:
    born = date(2008, 11, 24)
    assert of_age_at(born) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert is_adult(born, of_age_at(born))
    assert not is_adult(born, of_age_at(born) - timedelta(microseconds=1))


def test_who_was_born_on_a_leap_day_is_of_age_when_february_is_over() -> None:
    assert of_age_at(date(2008, 2, 29)) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert of_age_at(date(2008, 2, 28)) == datetime(2026, 2, 27, 16, tzinfo=UTC)


def test_a_childs_carers_end_with_childhood_at_the_latest() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert ends_at(None, CHILD, NOW) == OF_AGE
    assert ends_at(OF_AGE + timedelta(seconds=1), CHILD, NOW) == OF_AGE
    assert ends_at(tomorrow, CHILD, NOW) == tomorrow
    assert ends_at(None, ADULT, NOW) is None
    assert ends_at(OF_AGE, ADULT, NOW) == OF_AGE


def test_no_care_begins_that_has_ended() -> None:
    for asked in (None, NOW + timedelta(microseconds=1)):
        check_end(asked, NOW)
    with pytest.raises(InvalidInput) as refused:
        check_end(NOW, NOW)
    assert refused.value.field == ("expires_at",)


def test_a_carer_is_granted_something_and_each_once() -> None:
    assert granted([CareScope.BILLS, CareScope.CARD, CareScope.BILLS]) == [CareScope.CARD, CareScope.BILLS]
    with pytest.raises(InvalidInput) as refused:
        granted([])
    assert refused.value.field == ("scopes",)
