"""What is told, and how its facts are written."""

from datetime import date, datetime

import pytest

from domain.notifications import EVENTS, NotificationEvent, shown

FACTS = {
    "institution": "市第九人民医院",
    "starts_at": datetime.fromisoformat("2026-11-25T01:30+00:00"),
    "until": date(2027, 1, 3),
    "amount": 1250,
    "holder": "王小明",
    "doctor": None,
}


@pytest.mark.parametrize("event", list(NotificationEvent))
def test_it_is_known_of_every_event_how_it_is_told(event: NotificationEvent) -> None:
    assert EVENTS[event].states


def test_facts_in_chinese() -> None:
    assert shown(FACTS, "zh-CN") == {
        "institution": "市第九人民医院",
        "starts_at": "11月25日09:30",
        "until": "1月3日",
        "amount": "12.50元",
        "holder": "*小明",
        "doctor": "",
    }


def test_facts_in_english() -> None:
    assert shown(FACTS, "en") == {
        "institution": "市第九人民医院",
        "starts_at": "2026-11-25 at 09:30",
        "until": "2027-01-03",
        "amount": "CNY 12.50",
        "holder": "*小明",
        "doctor": "",
    }
