"""What a new day brings to booking, and what the one before leaves."""

from db import draws, outbox, waitlist
from db.outbox import Job
from domain.times import shanghai_day
from workers.tools import Tools


async def turn_day(tools: Tools, job: Job) -> None:
    """Binds the day's draws by their seed, tells the seeds whose draws are over, and ends what waited for days that are past."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        await draws.seed_of_today(connection, now, tools.random, tools.booking)
        await draws.reveal(connection, now)
        await waitlist.expire(connection, shanghai_day(now), now)
        await outbox.finish(connection, job, now)
