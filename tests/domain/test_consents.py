from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.consents import LONGEST, Opened, opened
from domain.enums import HealthRecordKind
from domain.refusals import InvalidInput

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
KIND = HealthRecordKind


def given(**changes: Any) -> dict[str, Any]:
    expires_at = NOW + timedelta(days=30)
    return {"kinds": [KIND.REPORT], "from_day": None, "to_day": None, "expires_at": expires_at, "now": NOW, **changes}


def test_kinds_are_named_once_and_in_their_order() -> None:
    kinds = [KIND.ALLERGY, KIND.REPORT, KIND.ENCOUNTER, KIND.REPORT]
    day = date(2026, 1, 1)
    made = opened(**given(kinds=kinds, from_day=day, to_day=day))
    assert made == Opened([KIND.ENCOUNTER, KIND.REPORT, KIND.ALLERGY], day, day, NOW + timedelta(days=30))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"from_day": date(2026, 1, 2), "to_day": date(2026, 1, 1)}, "to"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW + LONGEST + timedelta(seconds=1)}, "expires_at"),
    ],
)
def test_consent_that_opens_nothing_or_for_ever_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(**given(**changes))
    assert refused.value.field == (field,)


@pytest.mark.parametrize("expires_at", [NOW + timedelta(seconds=1), NOW + LONGEST])
def test_soonest_and_latest_end(expires_at: datetime) -> None:
    assert opened(**given(expires_at=expires_at)).expires_at == expires_at
