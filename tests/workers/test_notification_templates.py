"""Templates are data: every event, on every channel, in every language, and what a message must not say."""

import pytest

from domain.notifications import EVENTS, NotificationEvent
from workers.notification_templates import MEDICAL, TEMPLATES, load, read
from workers.wording import LANGUAGES, BadTemplate

CHINESE = (TEMPLATES / "zh-CN.toml").read_text("utf-8")
LONGEST_SHORT = 80
# What would tell of an illness, of a specialty or of whom somebody sees, were it written out instead of taken from a fact.
TELLING = (
    *("科", "医生", "医师", "诊断", "检验", "手术", "入院", "出院", "住院"),
    *("doctor", "department", "diagnos", "test result", "surgery", "operation", "admitted", "discharge", "inpatient"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", list(NotificationEvent))
def test_every_event_has_its_words_on_every_channel_in_every_language(event: NotificationEvent, language: str) -> None:
    template = load()[language].templates[event]
    shown = {name: f"<{name}>" for name in EVENTS[event].facts}
    texts = [text.format_map(shown) for text in (template.title, template.body, template.sms, template.short)]
    assert all(text.strip() for text in texts)
    assert len(texts[-1]) <= LONGEST_SHORT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", list(NotificationEvent))
def test_what_others_may_see_says_where_when_and_how_much_and_not_what_for(event: NotificationEvent, language: str) -> None:
    template = load()[language].templates[event]
    for text in (template.title, template.sms, template.short):
        assert not any(f"{{{name}}}" in text for name in MEDICAL)
        assert not any(word in text.lower() for word in TELLING)


@pytest.mark.parametrize("event", list(NotificationEvent))
def test_both_languages_say_the_same_facts(event: NotificationEvent) -> None:
    chinese, english = (load()[language].templates[event] for language in LANGUAGES)
    for name in EVENTS[event].facts:
        fact = f"{{{name}}}"
        assert (fact in chinese.body) == (fact in english.body)
        assert (fact in chinese.sms) == (fact in english.sms)
        assert (fact in chinese.short) == (fact in english.short)


def test_who_signs_and_whom_it_is_about() -> None:
    words = load()
    assert words["zh-CN"].signature.format(city="深圳市") == "【深圳市健康卡】"
    assert words["en"].about.format(holder="*小明") == "For *小明: "


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[BREAK_GLASS]", "[BROKEN_GLASS]"), "BREAK_GLASS, BROKEN_GLASS"),
        (('title = "支付成功"\n', ""), "PAYMENT_SUCCEEDED: it must have the texts body, short, sms, title"),
        (('title = "支付成功"', 'title = ""'), "PAYMENT_SUCCEEDED: it must have"),
        (('title = "支付成功"', "title = 1"), "PAYMENT_SUCCEEDED: it must have"),
        (('title = "支付成功"', 'title = "支付{amount}"'), "PAYMENT_SUCCEEDED.title: it must not name amount"),
        (('title = "支付成功"', f'title = "{"长" * 41}"'), "PAYMENT_SUCCEEDED.title: longer"),
        (('sms = "您已预约{institution}，', 'sms = "您已预约{department}，'), "DAY.sms: it must not name department"),
        (('short = "{institution}已出具报告"', 'short = "{title}"'), "REPORT_PUBLISHED.short: it must not name title"),
        (("《{title}》。", "{starts_at}"), "REPORT_PUBLISHED.body: it must not name starts_at"),
        (('short = "{institution}已出具报告"', 'short = "{institution"'), "REPORT_PUBLISHED.short: a brace"),
        (("{city}", "{holder}"), "phrases.signature: it must not name holder"),
        (("[phrases]", "[phrase]"), "phrases: it must have"),
        (("[phrases]", "[phrases"), "line"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_refused(change: tuple[str, str], told: str) -> None:
    assert change[0] in CHINESE
    with pytest.raises(BadTemplate, match=told):
        read(CHINESE.replace(*change, 1))
