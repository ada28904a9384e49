"""What a database error means to the rest of the program, which does not know the driver."""

import asyncpg

from db.pool import PoolExhaustedError


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint that refused a row, or None when it was something else."""
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        name: str | None = error.constraint_name
        return name
    return None


def is_timeout(error: BaseException) -> bool:
    """The statement took too long, or no connection came free."""
    return isinstance(error, asyncpg.QueryCanceledError | PoolExhaustedError)


def is_disconnect(error: BaseException) -> bool:
    """The connection broke: the server restarted, or the network did."""
    return isinstance(
        error,
        asyncpg.PostgresConnectionError | asyncpg.AdminShutdownError | asyncpg.CannotConnectNowError | OSError,
    ) or (isinstance(error, asyncpg.InterfaceError) and "closed" in str(error))


def is_conflict(error: BaseException) -> bool:
    """Two transactions got in each other's way; nothing was done."""
    return isinstance(error, asyncpg.SerializationError | asyncpg.DeadlockDetectedError)
