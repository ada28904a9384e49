"""The words of notifications, which are data: templates/notifications/<language>.toml. They are read once, at start-up, and a file
that lacks an event, or says what it must not, ends the start."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from domain.notifications import NotificationEvent
from workers.wording import LANGUAGES, BadTemplate, allow, must_be, read_tables, texts

TEMPLATES = Path(__file__).parent / "templates" / "notifications"
LONGEST_TITLE = 40

MEDICAL = frozenset({"department", "doctor", "title"})
"""Facts that tell what somebody has, or may have: only the list in the app says them, which nobody but its reader sees."""

APPOINTMENT = frozenset({"institution", "department", "doctor", "starts_at"})
LOCK = frozenset({"until"})
MONEY = frozenset({"institution", "amount"})
REPORT = frozenset({"institution", "title"})
MEDICINE = frozenset({"institution", "until"})
OF_INSTITUTION = frozenset({"institution"})

FACTS: Mapping[NotificationEvent, frozenset[str]] = MappingProxyType(
    {
        NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION: APPOINTMENT,
        NotificationEvent.APPOINTMENT_REMINDER_DAY: APPOINTMENT,
        NotificationEvent.APPOINTMENT_REMINDER_HOURS: APPOINTMENT,
        NotificationEvent.WAITLIST_BOOKED: APPOINTMENT,
        NotificationEvent.BOOKING_LOCKED: LOCK,
        NotificationEvent.BILL_ISSUED: MONEY,
        NotificationEvent.PAYMENT_SUCCEEDED: MONEY,
        NotificationEvent.REFUND_SUCCEEDED: MONEY,
        NotificationEvent.REPORT_PUBLISHED: REPORT,
        NotificationEvent.REPORT_AMENDED: REPORT,
        NotificationEvent.REPORT_WITHDRAWN: REPORT,
        NotificationEvent.PRESCRIPTION_READY: MEDICINE,
        NotificationEvent.PRESCRIPTION_COLLECTED: OF_INSTITUTION,
        NotificationEvent.PRESCRIPTION_CANCELLED: OF_INSTITUTION,
        NotificationEvent.PRESCRIPTION_EXPIRED: OF_INSTITUTION,
        NotificationEvent.CONSENT_GRANTED: OF_INSTITUTION,
        NotificationEvent.BREAK_GLASS: OF_INSTITUTION,
    }
)
"""What a template of each event may name."""


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one event in one language, with the names of facts in braces. `title` has none and stands above `body` (the list
    in the app) and `short` (push and WeChat)."""

    title: str
    body: str
    sms: str
    short: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. `signature` stands before an SMS and names the `{city}`; `about` stands before what somebody is told of another
    person, the `{holder}`."""

    signature: str
    about: str
    templates: Mapping[NotificationEvent, Template]


def load() -> Mapping[str, Wording]:
    """The words by language. Raises BadTemplate."""
    return MappingProxyType({language: read((TEMPLATES / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES})


def read(text: str) -> Wording:
    """The words of one file. Raises BadTemplate."""
    found = read_tables(text)
    phrases = texts(found.pop("phrases", {}), {"signature", "about"}, "phrases")
    allow(phrases["signature"], frozenset({"city"}), "phrases.signature")
    allow(phrases["about"], frozenset({"holder"}), "phrases.about")
    must_be(found, list(NotificationEvent))
    templates = {event: _template(event, found[event]) for event in NotificationEvent}
    return Wording(phrases["signature"], phrases["about"], MappingProxyType(templates))


def _template(event: NotificationEvent, found: Any) -> Template:
    words = texts(found, {field.name for field in fields(Template)}, event)
    if len(words["title"]) > LONGEST_TITLE:
        raise BadTemplate(f"{event}.title: longer than {LONGEST_TITLE} characters")
    facts = FACTS[event]
    for name, allowed in {"title": frozenset[str](), "body": facts, "sms": facts - MEDICAL, "short": facts - MEDICAL}.items():
        allow(words[name], allowed, f"{event}.{name}")
    return Template(**words)
