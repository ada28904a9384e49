"""The words of e-mail, which are data: templates/mail/<language>.toml, read once at start-up."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType

from domain.mails import MailEvent
from workers.wording import LANGUAGES, allow, must_be, read_tables, texts

TEMPLATES = Path(__file__).parent / "templates" / "mail"

AGREEMENT = frozenset({"institution", "team", "requested_at", "decide_by"})
FACTS: Mapping[MailEvent, frozenset[str]] = MappingProxyType(
    {MailEvent.AGREEMENT_DUE: AGREEMENT, MailEvent.AGREEMENT_OVERDUE: AGREEMENT}
)
"""What a template of each event may name."""


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """The words of one event in one language, with the names of facts in braces. `subject` has none."""

    subject: str
    text: str


def load() -> Mapping[str, Mapping[MailEvent, MailTemplate]]:
    """The words by language. Raises BadTemplate."""
    return MappingProxyType({language: read((TEMPLATES / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES})


def read(text: str) -> Mapping[MailEvent, MailTemplate]:
    """The words of one file. Raises BadTemplate."""
    found = read_tables(text)
    must_be(found, list(MailEvent))
    templates = {}
    for event in MailEvent:
        words = texts(found[event], {field.name for field in fields(MailTemplate)}, event)
        allow(words["subject"], frozenset(), f"{event}.subject")
        allow(words["text"], FACTS[event], f"{event}.text")
        templates[event] = MailTemplate(words["subject"], words["text"].strip())
    return MappingProxyType(templates)
