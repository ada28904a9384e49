"""The words of notifications, which are data: templates/notifications/<language>.toml. They are read once, at start-up, and a file
that lacks an event, or says what it must not, ends the start."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from domain.notifications import EVENTS, NotificationEvent
from workers.wording import LANGUAGES, BadTemplate, allow, must_be, read_tables, texts

TEMPLATES = Path(__file__).parent / "templates" / "notifications"
LONGEST_TITLE = 40

MEDICAL = frozenset({"department", "doctor", "title"})
"""Facts that tell what somebody has, or may have: only the list in the app says them, which nobody but its reader sees."""


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
    facts = EVENTS[event].facts
    for name, allowed in {"title": frozenset[str](), "body": facts, "sms": facts - MEDICAL, "short": facts - MEDICAL}.items():
        allow(words[name], allowed, f"{event}.{name}")
    return Template(**words)
