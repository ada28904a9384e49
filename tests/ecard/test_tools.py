from datetime import UTC, datetime
from pathlib import Path

from domain.verification import SmsLimits
from ecard.settings import Settings
from ecard.tools import DEMO_SMS_LIMITS, resolver_tools


def now() -> datetime:
    return datetime.now(UTC)


def test_only_a_demo_sends_more_messages(settings: Settings) -> None:
    ordinary = settings.model_copy(update={"demo_file": None})
    demo = settings.model_copy(update={"demo_file": Path("city.json")})
    assert resolver_tools(ordinary, now).sms_limits == SmsLimits()
    assert resolver_tools(demo, now).sms_limits == DEMO_SMS_LIMITS
