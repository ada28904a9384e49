"""Sends what a simulator has to tell, again and again until it is accepted, as its provider does; sixty times as fast."""

import asyncio
from datetime import timedelta

import httpx

from ecard.simulators.books import Notice
from ecard.simulators.desk import Desk
from ecard.simulators.provider import Provider

AT_ONCE = 16  # notifications under way together
LONGEST_SLEEP = 0.2  # seconds between two looks at what is due


class Courier:
    """client: gives up on an answer after the provider's own time."""

    def __init__(self, desk: Desk, provider: Provider, client: httpx.AsyncClient) -> None:
        self._desk = desk
        self._provider = provider
        self._client = client
        self._awake = asyncio.Event()
        desk.wake = self._awake.set

    async def run(self) -> None:
        """Works for ever."""
        while True:
            self._awake.clear()
            await self.work()
            try:
                await asyncio.wait_for(self._awake.wait(), LONGEST_SLEEP)
            except TimeoutError:
                continue

    async def work(self) -> int:
        """Ends the refunds that are due and makes an attempt for each notice that is due; how many attempts."""
        self._desk.settle_due()
        due = self._desk.books.notices_due(self._desk.now())
        for start in range(0, len(due), AT_ONCE):
            await asyncio.gather(*(self._attempt(notice) for notice in due[start : start + AT_ONCE]))
        return len(due)

    async def _attempt(self, notice: Notice) -> None:
        message = self._provider.notification(notice)
        if message is None:
            self._desk.books.tried(notice.row, None)
            return
        try:
            answer = await self._client.post(notice.url, content=message.body, headers=message.headers)
            accepted = self._provider.accepts(answer.status_code, answer.content)
        except (httpx.HTTPError, httpx.InvalidURL):
            accepted = False
        pauses = self._provider.pauses
        again = not accepted and notice.attempts < len(pauses)
        self._desk.books.tried(notice.row, self._desk.now() + timedelta(seconds=pauses[notice.attempts]) if again else None)
