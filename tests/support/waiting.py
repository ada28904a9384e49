"""Waits for what another process or task does."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Looks until it is so. Raises TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - there is nothing that would tell us
            await asyncio.sleep(0.01)
