"""Waits for what happens elsewhere, and not for ever."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Until it is true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - whatever changes it knows nothing of the test
            await asyncio.sleep(0.001)


async def until_found(look: Callable[[], Awaitable[object]], seconds: float = 20.0) -> None:
    """Until a look finds it. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await look():  # noqa: ASYNC110 - nothing there would tell us
            await asyncio.sleep(0.01)
