"""However often each job runs, and wherever it dies: one notification for each event and person, and one for each way of it."""

import asyncio
import os
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from db import notifications
from db.outbox import Job, JobKind
from domain.enums import CareScope, NotificationChannel
from tests.workers import telling
from tests.workers.conftest import Clock, RecordingSms
from tests.workers.test_people_told import RecordingMessenger
from tests.workers.town import EVENT, NOON, OTHER_PHONE, PHONE, new_town
from workers.deliveries import deliver_notification
from workers.notifications import send_notification
from workers.tools import Tools

# `make proof` sets more.
BILLS = int(os.environ.get("PROOF_NOTIFICATIONS", "10"))
TIMES = 10


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


async def ten_times(run: Any, tools: Tools, jobs: list[Job]) -> None:
    """Each job ten times, at once and in any order; what is killed is killed, and goes out once more."""
    runs = [run(tools, job) for job in jobs for _ in range(TIMES)]
    Random(1).shuffle(runs)
    for start in range(0, len(runs), TIMES):
        await asyncio.gather(*runs[start : start + TIMES], return_exceptions=True)


async def once_more(run: Any, tools: Tools) -> None:
    """Whatever is not done goes out again at the end of its lease, and lives."""
    async with tools.pool.connection() as connection:
        rows = await connection.fetch(
            "update outbox set state = 'waiting' where job = $1 and state <> 'done' returning id", run.__name__
        )
    for job in await telling.due(tools, JobKind(run.__name__)):
        await run(tools, job)
    assert len(rows) < BILLS


async def test_ten_times_and_killed_it_is_told_once(tools: Tools, sms: RecordingSms, monkeypatch: pytest.MonkeyPatch) -> None:
    push = RecordingMessenger()
    town = await new_town(replace(tools, messengers={NotificationChannel.PUSH: push}))
    child_id = await town.resident(None)
    carers = [await town.carer(child_id, phone, CareScope.BILLS) for phone in (PHONE, OTHER_PHONE)]
    await town.device(carers[0], NotificationChannel.PUSH)
    bills = [await town.bill(resident_id=child_id) for _ in range(BILLS)]
    for bill_id in bills:
        for _ in range(2):
            await town.told(EVENT.BILL_ISSUED, bill_id, child_id)
    await town.rows("update outbox set state = 'waiting'")
    for run, deadly in ((send_notification, "make"), (deliver_notification, "end")):
        with monkeypatch.context() as patched:
            patched.setattr(notifications, deadly, sometimes(getattr(notifications, deadly), Random(2)))
            await ten_times(run, town.tools, await telling.due(town.tools, JobKind(run.__name__)))
        await once_more(run, town.tools)
    told = await town.rows("select resident_id, subject_id from notification where about_id = $1", child_id)
    assert sorted((row["resident_id"], row["subject_id"]) for row in told) == sorted((c, b) for c in carers for b in bills)
    ways = await town.rows("select channel, state from notification_delivery where resident_id = any($1)", carers)
    assert [row["state"] for row in ways] == ["SENT"] * 3 * BILLS
    # Outside, what went out again had the same reference, and the same words.
    messages = {reference: (phone, text) for phone, text, reference, _ in sms.sent}
    assert len(messages) == 2 * BILLS
    assert all(messages[reference] == (phone, text) for phone, text, reference, _ in sms.sent)
    assert len({reference for *_, reference in push.sent}) == BILLS
    assert await town.rows("select id from outbox where state <> 'done'") == []


def sometimes(run: Any, killing: Random) -> Any:
    """The same, which one time in three dies before it."""

    async def dying(*args: Any, **given: Any) -> Any:
        if killing.random() < 1 / 3:
            raise ConnectionResetError
        return await run(*args, **given)

    return dying
