"""Links to reports: by resident and id while they are kept, by the key in their address when somebody comes with it.

A link follows its report: what was amended since is shown as it is now, and with what was withdrawn the link is over.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.connection import Connection
from db.files import Content, FileKind
from domain.enums import ReportStatus
from domain.report_links import TRIES

INSERT = (
    "with l as (insert into report_link (resident_id, id, report_id, key, passcode_digest, created_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6, $7))"
    " insert into report_link_key (key, resident_id, link_id) values ($4, $1, $2)"
)
EXISTS = "select id from report_link where resident_id = $1 and id = $2"
REVOKE = "update report_link set revoked_at = $3 where resident_id = $1 and id = $2 and revoked_at is null returning id"
OF_KEY = "select resident_id, link_id from report_link_key where key = $1"
_STANDS = "revoked_at is null and expires_at > $3"
FIND = (
    "select l.resident_id, l.id, c.id as report_id, l.passcode_digest is not null as asks from report_link l"
    " join report r on r.resident_id = $1 and r.id = l.report_id"
    " join report c on c.resident_id = $1 and c.institution_id = r.institution_id and c.number = r.number"
    f" and c.status = '{ReportStatus.FINAL}'"
    f" where l.resident_id = $1 and l.id = $2 and {_STANDS} and l.wrong_tries < {TRIES}"
)
# The row's lock makes parallel tries count one after the other.
TRY = (
    "update report_link set wrong_tries = wrong_tries + 1"
    f" where resident_id = $1 and id = $2 and {_STANDS} and wrong_tries < {TRIES} returning passcode_digest"
)
TAKE_BACK = "update report_link set wrong_tries = wrong_tries - 1 where resident_id = $1 and id = $2"
OPEN = f"update report_link set opened_count = opened_count + 1 where resident_id = $1 and id = $2 and {_STANDS} returning id"
DOCUMENT = (
    f"select media_type, content from file where resident_id = $1 and subject_id = $2 and kind = '{FileKind.REPORT}'"
    " and status = 'READY' and content is not null and revoked_at is null"
)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be made. `key`: what its address ends with; `passcode_digest`: None where nobody is asked for one."""

    resident_id: UUID
    id: UUID
    report_id: UUID
    key: str
    passcode_digest: bytes | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that leads somewhere. `report_id`: the version that stands now; `asks`: for a passcode."""

    resident_id: UUID
    id: UUID
    report_id: UUID
    asks: bool


async def insert(connection: Connection, row: NewLink) -> None:
    """Adds it."""
    values = (row.resident_id, row.id, row.report_id, row.key, row.passcode_digest, row.created_at, row.expires_at)
    await connection.execute(INSERT, *values)


async def exists(connection: Connection, resident_id: UUID, id: UUID) -> bool:
    """Whether the resident has such a link, over or not."""
    return await connection.fetchval(EXISTS, resident_id, id) is not None


async def revoke(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> bool:
    """It leads nowhere any more; False when it was revoked before."""
    return await connection.fetchval(REVOKE, resident_id, id, now) is not None


async def find(connection: Connection, key: str, now: datetime) -> OpenLink | None:
    """The link with that key; None alike when there is none, and when it was revoked, has expired, has had too many wrong tries, or
    its report was withdrawn."""
    leads_to = await connection.fetchrow(OF_KEY, key)
    if leads_to is None:
        return None
    row = await connection.fetchrow(FIND, leads_to["resident_id"], leads_to["link_id"], now)
    return None if row is None else OpenLink(**row)


async def count_try(connection: Connection, link: OpenLink, now: datetime) -> bytes | None:
    """Counts a try as a wrong one before it is judged: the digest of the passcode. None when the link has ended."""
    found: bytes | None = await connection.fetchval(TRY, link.resident_id, link.id, now)
    return found


async def take_try_back(connection: Connection, link: OpenLink) -> None:
    """The try was right."""
    await connection.execute(TAKE_BACK, link.resident_id, link.id)


async def document(connection: Connection, link: OpenLink) -> Content | None:
    """The report's pages; None until a worker has made them."""
    row = await connection.fetchrow(DOCUMENT, link.resident_id, link.report_id)
    return None if row is None else Content(**row)


async def count_opening(connection: Connection, link: OpenLink, now: datetime) -> bool:
    """Counts it; False when the link was revoked or expired in the meantime."""
    return await connection.fetchval(OPEN, link.resident_id, link.id, now) is not None
