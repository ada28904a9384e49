"""This worker process, as operators see it."""

from contextlib import suppress
from datetime import datetime

from db import workers
from workers.run import Runner
from workers.tools import Tools


class Presence:
    """Tells the database that we are there, and how many jobs we did. `name`: no other process has it."""

    def __init__(self, name: str, tools: Tools, runner: Runner) -> None:
        self._name = name
        self._tools = tools
        self._runner = runner
        self._started_at: datetime = tools.clock()

    async def beat(self) -> None:
        """We are there."""
        row = workers.Worker(self._name, self._started_at, self._tools.clock(), self._runner.done, self._runner.failed)
        async with self._tools.pool.connection() as connection:
            await workers.beat(connection, row)

    async def leave(self) -> None:
        """We are going; a database that is gone already need not know."""
        with suppress(Exception):
            async with self._tools.pool.connection() as connection:
                await workers.leave(connection, self._name)
