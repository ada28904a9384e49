"""`ecard settle`: a day at once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.enums import PaymentMethod, StatementLineKind
from domain.times import shanghai_day
from ecard.commands import settle
from outside.errors import Transient
from outside.payments import State, StatementLine
from tests.ecard.commands.support import run
from tests.support.till import Till

DAY = date(2028, 2, 29)


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    """The one provider that is on."""
    till = Till(PaymentMethod.BANK)
    monkeypatch.setattr(settle, "payment_providers", lambda *_: {till.method: till})
    return till


def test_both_sides_agree_or_the_differences_are_counted(environment: dict[str, str], till: Till) -> None:
    arguments = ("settle", "--method", "bank", "--date", DAY.isoformat())
    till.statements[DAY] = []
    assert run(environment, *arguments).stdout == "BANK, 2028-02-29: both sides agree.\n"
    at = datetime(2028, 2, 29, tzinfo=UTC)
    lines = [StatementLine(StatementLineKind.PAYMENT, reference, None, 100, State.SUCCEEDED, at) for reference in "AAB"]
    till.statements[DAY] = lines
    assert run(environment, *arguments).stdout == "BANK, 2028-02-29: 1 DUPLICATE, 2 MISSING_HERE.\n"


def test_yesterday_is_meant_where_no_day_is_named(environment: dict[str, str], till: Till) -> None:
    refused = run(environment, "settle", "--method", "bank")
    yesterday = shanghai_day(datetime.now(UTC)) - timedelta(days=1)
    assert (refused.exit_code, refused.stderr) == (1, f"The statement of {yesterday} is not ready.\n")


def test_provider_that_is_off_or_silent(environment: dict[str, str], till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run(environment, "settle", "--method", "alipay")
    assert (refused.exit_code, refused.stderr) == (1, "ALIPAY is off: it has no settings.\n")

    async def silence(day: date) -> None:
        raise Transient("no answer")

    monkeypatch.setattr(till, "statement", silence)
    refused = run(environment, "settle", "--method", "bank")
    assert (refused.exit_code, refused.stderr) == (1, "BANK does not give its statement: no answer\n")
