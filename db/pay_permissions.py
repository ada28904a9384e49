"""What a payment app may see and pay for a while, after a PAY code was shown to it."""

from datetime import datetime
from uuid import UUID

from db.connection import Connection

INSERT = "insert into pay_permission (resident_id, id, app_id, granted_at, expires_at) values ($1, $2, $3, $4, $5)"


async def grant(connection: Connection, resident_id: UUID, id: UUID, app_id: UUID, now: datetime, expires_at: datetime) -> None:
    """Adds one."""
    await connection.execute(INSERT, resident_id, id, app_id, now, expires_at)
