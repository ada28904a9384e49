"""What whoever has a temporary card bound to their own has handed out of it: prints, links, consents, exports, codes for delegates.

The patient has no app. So all there is of these comes from who was bound, and ends when that turns out to be somebody else.
"""

from datetime import datetime
from uuid import UUID

from db.connection import Connection
from db.files import FileKind

_END = "set revoked_at = $2 where resident_id = $1 and revoked_at is null"
TAKE_BACK = (
    f"with c as (update consent {_END}), l as (update report_link {_END}), p as (update printed_code {_END}),"
    f" f as (update file {_END} and kind in ('{FileKind.PRINTED_CODE}', '{FileKind.RECORD_EXPORT}'))"
    " delete from code_handle h using pickup_code k where k.resident_id = $1 and h.resident_id = $1 and h.handle = k.handle"
)


async def take_back(connection: Connection, resident_id: UUID, now: datetime) -> None:
    """Ends all of it that the unknown patient's temporary card has."""
    await connection.execute(TAKE_BACK, resident_id, now)
