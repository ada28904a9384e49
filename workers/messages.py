"""What a notification says on each way: the words of its event, with the facts and whom it is about."""

from domain.notifications import NotificationEvent, shown
from workers.news import Facts
from workers.notification_templates import Wording


def listed(wording: Wording, language: str, event: NotificationEvent, facts: Facts, holder: str | None) -> tuple[str, str]:
    """Title and text in the app. `holder`: whom it is about, when somebody else is told."""
    template = wording.templates[event]
    return template.title, _about(wording, language, holder) + template.body.format_map(shown(facts, language))


def short(wording: Wording, language: str, event: NotificationEvent, facts: Facts, holder: str | None) -> tuple[str, str]:
    """Title and text of a push or a WeChat message."""
    template = wording.templates[event]
    return template.title, _about(wording, language, holder) + template.short.format_map(shown(facts, language))


def sms(wording: Wording, language: str, event: NotificationEvent, facts: Facts, holder: str | None, city: str) -> str:
    """The text of an SMS."""
    said = wording.templates[event].sms.format_map(shown(facts, language))
    return wording.signature.format(city=city) + _about(wording, language, holder) + said


def _about(wording: Wording, language: str, holder: str | None) -> str:
    return "" if holder is None else wording.about.format_map(shown({"holder": holder}, language))
