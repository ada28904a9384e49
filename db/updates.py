"""Who listens hears that something has changed, once it is committed. A notification says what, and nothing of how it is now."""

from uuid import UUID

from db.connection import Connection
from domain.ids import PublicId

CHANNEL = "updated"
PAYMENT = "Y"
NOTIFICATIONS = "w"  # of the resident whose id it is
NOTIFY = "select pg_notify($1, $2)"


async def tell(connection: Connection, letter: str, id: UUID, resident_id: UUID | None = None) -> None:
    """The row has changed: whoever watches its public id looks again when the transaction commits. `letter`: of its type."""
    await connection.execute(NOTIFY, CHANNEL, PublicId(letter, id, resident_id).encode())
