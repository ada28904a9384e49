"""Counts in fixed windows, for limits that hold over all processes."""

from datetime import datetime

from db.connection import Connection

COUNT = (
    "insert into rate_count as r (key, window_start, count, expires_at) values ($1, $2, 1, $3)"
    " on conflict (key, window_start) do update set count = r.count + 1 returning count"
)


async def count(connection: Connection, key: bytes, window_start: datetime, window_end: datetime) -> int:
    """Counts one more under the key, a hash, and says how many that makes in this window. Others who count the same wait
    until the transaction ends; rolled back, it never was."""
    counted: int = await connection.fetchval(COUNT, key, window_start, window_end)
    return counted
