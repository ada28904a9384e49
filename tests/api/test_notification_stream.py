"""Who listens hears of each new notification once, and of none from before: over both transports that stream."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from db import notifications
from db.notifications import Notification
from domain.ids import new_id
from domain.notifications import NotificationEvent
from domain.viewer import Viewer
from tests.api.asking import id_of
from tests.api.notification_documents import RECEIVED
from tests.api.test_notifications import HOSPITAL, told
from tests.ecard.transport.drivers import socket, stream
from tests.support.market import Market, id_in

# Longer than anything here takes; a test that waits so long fails.
PATIENCE = 20
NOBODY = UUID(int=0)
Events = AsyncIterator[Any]
Listen = Callable[[Market, Viewer], AbstractAsyncContextManager[Events]]


@asynccontextmanager
async def over_socket(market: Market, viewer: Viewer) -> AsyncIterator[Events]:
    async with socket(market.front) as one:
        await one.initialise(authorization=f"Bearer {market.asker.token(viewer)}")
        one.subscribe("1", RECEIVED)

        async def events() -> Events:
            while (message := await one.hear())["type"] == "next":
                yield message["payload"]["data"]["notificationReceived"]
            assert message["type"] == "complete"

        yield events()


@asynccontextmanager
async def over_events(market: Market, viewer: Viewer) -> AsyncIterator[Events]:
    token = (b"authorization", f"Bearer {market.asker.token(viewer)}".encode())
    async with stream(market.front, {"query": RECEIVED}, token) as one:
        await one.start()

        async def events() -> Events:
            while (block := await one.event()).startswith(b"event: next"):
                yield orjson.loads(block.partition(b"data: ")[2])["data"]["notificationReceived"]
            assert block == b"event: complete\ndata:"

        yield events()


both = pytest.mark.parametrize("listen", [over_socket, over_events])


async def following(events: Events) -> Any:
    """The next event; "the end" where there is none."""
    async with asyncio.timeout(PATIENCE):
        return await anext(events, "the end")


class Looks:
    """Looks at what there is, of everybody who listens."""

    def __init__(self) -> None:
        self._look = notifications.since
        self._done = asyncio.Semaphore(0)
        self.fails = False

    async def since(self, *args: Any) -> list[UUID]:
        if self.fails:
            self.fails = False
            raise TimeoutError
        found = await self._look(*args)
        self._done.release()
        return found

    async def done(self) -> None:
        """Returns after one more look: what is told from now on is new."""
        async with asyncio.timeout(PATIENCE):
            await self._done.acquire()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    looks = Looks()
    monkeypatch.setattr(notifications, "since", looks.since)
    return looks


@pytest.fixture
async def resident(market: Market) -> Viewer:
    return await market.world.resident()


async def news(market: Market, resident: Viewer) -> str:
    """Somebody else is told something, then the resident: of which bill."""
    hospital, other = await market.world.institution(), await market.world.resident()
    await told(market, other, await market.bill(other, hospital))
    bill = await market.bill(resident, hospital)
    await told(market, resident, bill)
    return bill


@both
async def test_each_is_heard_once_and_none_from_before(market: Market, resident: Viewer, looks: Looks, listen: Listen) -> None:
    await news(market, resident)
    async with listen(market, resident) as events:
        coming = asyncio.ensure_future(following(events))
        await looks.done()
        bills = [await news(market, resident)]
        first = await coming
        assert first == {
            "id": first["id"],
            "title": "有新账单",
            "body": f"{HOSPITAL}向您开出账单，自付128.50元，请在健康卡中支付。",
            "createdAt": first["createdAt"],
            "resident": {"id": id_of(resident), "fullName": "王小明"},
            "subject": {"__typename": "Bill", "id": bills[0]},
        }
        bills += [await news(market, resident) for _ in range(3)]
        assert [(await following(events))["subject"]["id"] for _ in range(3)] == bills[1:]


@both
async def test_each_of_several_hears_it(market: Market, resident: Viewer, looks: Looks, listen: Listen) -> None:
    async with listen(market, resident) as one, over_events(market, resident) as two:
        coming = [asyncio.ensure_future(following(events)) for events in (one, two)]
        for _ in coming:
            await looks.done()
        bill = await news(market, resident)
        assert [(await each)["subject"]["id"] for each in coming] == [bill, bill]


async def test_what_is_committed_late_is_heard_though_its_id_is_older(market: Market, resident: Viewer, looks: Looks) -> None:
    assert resident.resident_id is not None
    now = datetime.now(UTC)
    words = (("早", "早"), ("early", "early"))

    def row(minutes: int) -> Notification:
        about = (NotificationEvent.BILL_ISSUED, resident.resident_id or NOBODY, "G", new_id(now, os.urandom), "")
        at = now - timedelta(minutes=minutes)
        return Notification(resident.resident_id or NOBODY, new_id(at, os.urandom), *about, True, *words, at)

    async with over_events(market, resident) as events:
        coming = asyncio.ensure_future(following(events))
        await looks.done()
        rows = [row(0), row(2)]
        heard = []
        for each in rows:
            async with market.pool.transaction() as connection:
                assert await notifications.make(connection, each)
            heard.append((await coming)["id"])
            coming = asyncio.ensure_future(following(events))
        assert [id_in(id) for id in heard] == [each.id for each in rows]
        coming.cancel()


async def test_nothing_is_lost_or_told_twice_in_an_outage_of_listening(market: Market, resident: Viewer, looks: Looks) -> None:
    async with over_events(market, resident) as events:
        coming = asyncio.ensure_future(following(events))
        await looks.done()
        bill = await news(market, resident)
        assert (await coming)["subject"]["id"] == bill
        await looks.done()
        looks.fails = True
        async with market.pool.connection() as connection:
            ended = await connection.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'ecard-web'"
                " and pid <> pg_backend_pid() and (query ilike 'listen%updated%' or query = 'select 1')"
            )
        assert ended > 0
        bill = await news(market, resident)
        assert (await following(events))["subject"]["id"] == bill


@both
async def test_who_is_no_resident_hears_the_end(market: Market, listen: Listen) -> None:
    async with listen(market, await market.app()) as events:
        assert await following(events) == "the end"


async def test_it_needs_its_scope(market: Market, resident: Viewer) -> None:
    narrow = market.asker.token(market.asker.without(resident, "notification:read"))
    for headers, code in (((), "UNAUTHENTICATED"), (((b"authorization", f"Bearer {narrow}".encode()),), "FORBIDDEN")):
        async with stream(market.front, {"query": RECEIVED}, *headers) as one:
            await one.start()
            assert (await one.result())["errors"][0]["extensions"]["code"] == code
