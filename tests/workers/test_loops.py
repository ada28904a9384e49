"""What goes on whatever fails."""

import asyncio
import logging

import pytest

from workers.loops import Outage, repeat


def _told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def test_an_outage_is_told_at_its_beginning_and_its_end(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage("The courier")
    with caplog.at_level(logging.INFO):
        outage.works()
        for _ in range(3):
            outage.failed(ConnectionError())
        outage.works()
        outage.works()
    assert _told(caplog) == [
        ("WARNING", "The courier does not work, and is tried again and again"),
        ("INFO", "The courier works again"),
    ]


def test_another_kind_of_failure_is_told_again(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage("The courier")
    for error in (ConnectionError(), ConnectionError(), TimeoutError()):
        outage.failed(error)
    assert [record.exc_info and record.exc_info[0] for record in caplog.records] == [ConnectionError, TimeoutError]


async def test_what_is_repeated_goes_on_after_a_failure() -> None:
    calls = 0
    enough = asyncio.Event()

    async def act() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            enough.set()
        raise ValueError

    task = asyncio.create_task(repeat("It", act, 0.001))
    async with asyncio.timeout(5):
        await enough.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
