"""Who cares for whom. The truth is with the person cared for."""

from datetime import datetime
from uuid import UUID

from db.connection import Connection

SCOPES = "select scopes from carer where resident_id = $1 and carer_id = $2 and (expires_at is null or expires_at > $3)"


async def scopes(connection: Connection, resident_id: UUID, carer_id: UUID, now: datetime) -> frozenset[str] | None:
    """What the carer may see and do for the resident; None for who does not care for them."""
    found = await connection.fetchval(SCOPES, resident_id, carer_id, now)
    return None if found is None else frozenset(found)
