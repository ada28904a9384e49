import asyncio
import json
from pathlib import Path

import pytest

from outside.errors import Transient
from outside.sms_file import FileSms


async def test_each_message_is_a_line(tmp_path: Path) -> None:
    sms = FileSms(tmp_path / "sms.jsonl")
    await sms.send("13800000000", "验证码 012345\n", "one", "012345")
    await sms.send("13800000001", "您的卡已停用", "two")
    lines = (tmp_path / "sms.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"phone": "13800000000", "text": "验证码 012345\n", "verificationCode": "012345"},
        {"phone": "13800000001", "text": "您的卡已停用"},
    ]
    assert (tmp_path / "sms.jsonl").stat().st_mode & 0o777 == 0o600


async def test_many_writers_never_mix_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "sms.jsonl"
    text = "很长的一条消息" * 1000

    def write(writer: int) -> None:
        for message in range(20):
            asyncio.run(FileSms(path).send(f"{writer}", text, f"{message}"))

    await asyncio.gather(*(asyncio.to_thread(write, writer) for writer in range(8)))
    messages = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert sorted(message["phone"] for message in messages) == sorted(f"{writer}" for writer in range(8) for _ in range(20))
    assert {message["text"] for message in messages} == {text}


async def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="FileNotFoundError"):
        await FileSms(tmp_path / "nowhere" / "sms.jsonl").send("13800000000", "text", "one")
