"""What goes on for as long as the process does, whatever fails in between."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Outage:
    """Says when something stops working and when it works again, and nothing in between: an outage has many failures."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since_last: str | None = None

    def failed(self, error: BaseException) -> None:
        """It failed. Another kind of failure is told again."""
        kind = type(error).__name__
        if kind != self._since_last:
            log.warning("%s does not work, and is tried again and again", self._what, exc_info=error)
        self._since_last = kind

    def works(self) -> None:
        """It works."""
        if self._since_last is not None:
            log.info("%s works again", self._what)
        self._since_last = None


async def repeat(what: str, act: Callable[[], Awaitable[object]], every: float) -> None:
    """Does it now, and again `every` so many seconds, until it is cancelled."""
    outage = Outage(what)
    while True:
        try:
            await act()
            outage.works()
        except Exception as error:
            outage.failed(error)
        await asyncio.sleep(every)
