"""A graceful stop: readiness turns away new work, and streams that would never end by themselves are ended.

uvicorn stops accepting, waits for open requests up to `timeout_graceful_shutdown`, and runs the lifespan's end only after that, so
the signal itself has to be heard. WebSockets it closes on its own (1012, upon which clients connect again).
"""

import asyncio
import signal
from types import FrameType
from typing import Any


class Drain:
    """Whether this process is stopping."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()

    @property
    def begun(self) -> bool:
        """Whether it is."""
        return self._begun.is_set()

    def begin(self) -> None:
        """From now on."""
        self._begun.set()

    async def wait(self) -> None:
        """Until then."""
        await self._begun.wait()

    def listen(self) -> None:
        """Begins at SIGTERM and SIGINT, and hands them on to whoever listened before: call it when the app starts up, within the
        loop and the main thread. uvicorn puts the handlers before its own back when it is done."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def heard(received: int, frame: FrameType | None, before: Any = before) -> None:
                loop.call_soon_threadsafe(self.begin)
                if callable(before):
                    before(received, frame)

            signal.signal(number, heard)
