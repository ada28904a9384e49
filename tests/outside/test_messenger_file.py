import json
from pathlib import Path

import pytest

from outside.errors import Transient
from outside.messenger_file import FileMessenger


async def test_each_message_is_a_line_whatever_its_channel(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    await FileMessenger(path, "PUSH").send("{}", "就诊提醒", "11月25日09:30", "one")
    await FileMessenger(path, "MAIL").send("team@clinic.example", "title", "a\nb", "two")
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
        {"channel": "PUSH", "to": "{}", "title": "就诊提醒", "text": "11月25日09:30"},
        {"channel": "MAIL", "to": "team@clinic.example", "title": "title", "text": "a\nb"},
    ]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="IsADirectoryError"):
        await FileMessenger(tmp_path, "PUSH").send("{}", "title", "text", "one")
