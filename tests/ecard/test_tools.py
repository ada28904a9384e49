from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.booking import BookingRules
from domain.verification import SmsLimits
from ecard.settings import Settings
from ecard.tools import DEMO_SMS_LIMITS, booking_rules, resolver_tools


def now() -> datetime:
    return datetime.now(UTC)


def test_only_a_demo_sends_more_messages(settings: Settings) -> None:
    ordinary = settings.model_copy(update={"demo_file": None})
    demo = settings.model_copy(update={"demo_file": Path("city.json")})
    assert resolver_tools(ordinary, now).sms_limits == SmsLimits()
    assert resolver_tools(demo, now).sms_limits == DEMO_SMS_LIMITS


def test_rules_of_booking_are_settings(settings: Settings) -> None:
    assert booking_rules(settings) == resolver_tools(settings, now).booking == BookingRules()
    changes = {
        "booking_days_ahead": 7, "booking_no_shows": 2, "booking_no_show_days": 30, "booking_lock_days": 10,
        "place_return_minutes_min": 1, "place_return_minutes_max": 2, "booking_cancel_minutes": 3, "booking_check_in_minutes": 4,
    }  # fmt: skip
    minutes = [timedelta(minutes=n) for n in (1, 2, 3, 4)]
    assert booking_rules(settings.model_copy(update=changes)) == BookingRules(7, 2, 30, 10, *minutes)
