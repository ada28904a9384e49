"""The words of e-mail: every event, in every language, with facts that it has."""

import pytest

from domain.mails import MailEvent
from workers.mail_templates import FACTS, TEMPLATES, load, read
from workers.wording import LANGUAGES, BadTemplate

CHINESE = (TEMPLATES / "zh-CN.toml").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", list(MailEvent))
def test_every_event_has_its_words_in_every_language_and_says_all_that_there_is(event: MailEvent, language: str) -> None:
    template = load()[language][event]
    assert all(f"{{{name}}}" in template.text for name in FACTS[event])
    assert "{" not in template.text.format_map(dict.fromkeys(FACTS[event], "")) + template.subject


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[AGREEMENT_DUE]", "[AGREEMENT_DO]"), "AGREEMENT_DO, AGREEMENT_DUE"),
        (("申请待答复", "申请待答复{team}"), "AGREEMENT_DUE.subject: it must not name team"),
        (("{institution}：", "{resident}："), "AGREEMENT_DUE.text: it must not name resident"),
        (("subject =", "title ="), "AGREEMENT_DUE: it must have the texts subject, text"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_refused(change: tuple[str, str], told: str) -> None:
    assert change[0] in CHINESE
    with pytest.raises(BadTemplate, match=told):
        read(CHINESE.replace(*change, 1))
