"""One connection for a command that runs once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.connection import Connection
from db.pool import Pool, PoolOptions
from ecard.launch.failure import Failure
from ecard.settings import Settings

NO_LIMIT = 0  # what a person started may take its time


def one_connection(settings: Settings) -> Pool:
    """A pool of a single connection."""
    options = PoolOptions(
        url=settings.database_url.get_secret_value(),
        size=1,
        public_url=settings.public_url,
        plan_cache_mode=settings.plan_cache_mode,
        statement_timeout=NO_LIMIT,
        name="ecard-command",
    )
    return Pool(options)


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Connection]:
    """The connection. Raises Failure when the database cannot be reached."""
    pool = one_connection(settings)
    try:
        connection = await pool.acquire()
    except Exception as error:
        raise Failure(f"The database does not answer: {type(error).__name__}. Look at ECARD_DATABASE_URL.") from error
    try:
        yield connection
    finally:
        pool.release(connection)
        await pool.close()
