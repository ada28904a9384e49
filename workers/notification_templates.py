"""The words of notifications, which are data: templates/notifications/<language>.toml. They are read once, at start-up, and a file
that lacks an event, or says what it must not, ends the start."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from domain.notifications import NotificationEvent

TEMPLATES = Path(__file__).parent / "templates" / "notifications"
LANGUAGES = ("zh-CN", "en")
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


class BadTemplate(Exception):
    """A file of templates is not as it must be. The text says where and why."""


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
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTemplate(str(error)) from None
    phrases = _texts(found.pop("phrases", {}), {"signature", "about"}, "phrases")
    _allow(phrases["signature"], frozenset({"city"}), "phrases.signature")
    _allow(phrases["about"], frozenset({"holder"}), "phrases.about")
    if found.keys() != set(NotificationEvent):
        raise BadTemplate(f"missing or unknown events: {', '.join(sorted(found.keys() ^ set(NotificationEvent)))}")
    templates = {event: _template(event, found[event]) for event in NotificationEvent}
    return Wording(phrases["signature"], phrases["about"], MappingProxyType(templates))


def _template(event: NotificationEvent, found: Any) -> Template:
    texts = _texts(found, {field.name for field in fields(Template)}, event)
    if len(texts["title"]) > LONGEST_TITLE:
        raise BadTemplate(f"{event}.title: longer than {LONGEST_TITLE} characters")
    facts = FACTS[event]
    for name, allowed in {"title": frozenset[str](), "body": facts, "sms": facts - MEDICAL, "short": facts - MEDICAL}.items():
        _allow(texts[name], allowed, f"{event}.{name}")
    return Template(**texts)


def _texts(found: Any, names: set[str], where: str) -> dict[str, str]:
    if not isinstance(found, dict) or found.keys() != names or not all(isinstance(text, str) and text for text in found.values()):
        raise BadTemplate(f"{where}: it must have the texts {', '.join(sorted(names))}, and nothing else")
    return found


def _allow(text: str, allowed: frozenset[str], where: str) -> None:
    try:
        named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        raise BadTemplate(f"{where}: a brace that is not closed, or not opened") from None
    if named - allowed:
        raise BadTemplate(f"{where}: it must not name {', '.join(sorted(named - allowed))}")
