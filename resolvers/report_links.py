"""Sharing a report: a link for whoever is given it, and what happens to somebody who comes with one."""

import asyncio
import base64
from datetime import datetime

from db import access_log, report_links, reports
from db.access_log import Looking
from db.files import Content
from db.report_links import NewLink, OpenLink
from domain.enums import CareScope, HealthRecordKind, ReportStatus
from domain.ids import Key
from domain.refusals import InvalidInput, NotFound, WrongState
from domain.report_links import LONGEST_PASSCODE, SHORTEST_PASSCODE, check_expiry, passcode_digest
from resolvers.audit import record
from resolvers.inputs import REPORT, REPORT_LINK, read_owned_id, read_text
from resolvers.people import may_act_for
from resolvers.transaction import Made, Transaction

_KEY_BYTES = 32
LINK, SHARED, BY_LINK = "LINK", "SHARED", "分享链接"
"""In the access log: the kind of actor, the purpose, and the name of somebody of whom nothing is known but the link."""


async def share_report(tx: Transaction, *, report_id: str, expires_at: datetime, passcode: str | None = None) -> Made:
    """A link to a report that stands, whose key is told to who makes it. Raises NotFound, Forbidden, InvalidInput, WrongState."""
    resident_id, id = read_owned_id(report_id, REPORT, "report_id")
    await may_act_for(tx, resident_id, CareScope.REPORTS, "report_id")
    check_expiry(expires_at, tx.now)
    key = base64.urlsafe_b64encode(tx.random(_KEY_BYTES)).decode().rstrip("=")
    digest = None if passcode is None else await asyncio.to_thread(passcode_digest, _passcode(passcode), key)
    status = await reports.status(tx.connection, resident_id, id)
    if status is None:
        raise NotFound("report_id")
    if status is not ReportStatus.FINAL:
        raise WrongState("report_id")
    row = NewLink(resident_id, tx.new_id(), id, key, digest, tx.now, expires_at)
    await report_links.insert(tx.connection, row)
    await record(tx, "report.shared", resident_id, row.id)
    return Made({"link": Key(row.id, resident_id)})


async def revoke_report_link(tx: Transaction, *, link_id: str) -> Made:
    """Ends a link; doing it again changes nothing. Raises NotFound, Forbidden."""
    resident_id, id = read_owned_id(link_id, REPORT_LINK, "link_id")
    await may_act_for(tx, resident_id, CareScope.REPORTS, "link_id")
    if await report_links.revoke(tx.connection, resident_id, id, tx.now):
        await record(tx, "report.unshared", resident_id, id)
    elif not await report_links.exists(tx.connection, resident_id, id):
        raise NotFound("link_id")
    return Made({"link": Key(id, resident_id)})


async def find_link(tx: Transaction, key: str) -> OpenLink | None:
    """Where the key leads; None when it leads nowhere, whatever the reason."""
    return await report_links.find(tx.connection, key, tx.now)


async def count_try(tx: Transaction, link: OpenLink) -> bytes | None:
    """Counts a try before it is judged, so that of tries at one time none is free: the digest of what the passcode must be, or None
    when the link has ended. To be committed whatever comes of the try."""
    return await report_links.count_try(tx.connection, link, tx.now)


async def open_link(tx: Transaction, link: OpenLink) -> Content | None:
    """The report, for who may have it; a link that asks was given the passcode. None while it is not made yet; then nobody has
    opened anything. Raises NotFound when the link ended in the meantime."""
    if link.asks:
        await report_links.take_try_back(tx.connection, link)
    document = await report_links.document(tx.connection, link)
    if document is None:
        return None
    if not await report_links.count_opening(tx.connection, link, tx.now):
        raise NotFound
    looking = Looking(LINK, link.id, BY_LINK, SHARED, [HealthRecordKind.REPORT])
    await access_log.append(tx.connection, link.resident_id, tx.new_id(), looking)
    return document


def _passcode(given: str) -> str:
    read = read_text(given, LONGEST_PASSCODE, "passcode")
    if len(read) < SHORTEST_PASSCODE:
        raise InvalidInput("passcode")
    return read
