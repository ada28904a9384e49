"""Taking one's health record along: a file of everything that is stored about a resident."""

from datetime import timedelta

from db import access_log
from db.access_log import Looking
from domain.enums import CareScope, ExportFormat
from domain.ids import Key
from resolvers.audit import record
from resolvers.files import ask_for_export
from resolvers.limits import count
from resolvers.people import person, signed_in_resident
from resolvers.transaction import Made, Transaction

LIFE = timedelta(days=1)
# What a carer has read who exports it: all kinds there are.
KINDS = ("APPOINTMENT", "BILL", "CARD", "CONSENT", "IDENTITY", "PAYMENT", "PRESCRIPTION", "RECORD", "REPORT")


async def export_health_record(tx: Transaction, *, format: ExportFormat, resident_id: str | None = None) -> Made:
    """A file of everything, which can be fetched for a day. Raises Forbidden, NotFound, RateLimited."""
    owner = await person(tx, resident_id, CareScope.RECORDS)
    await count(tx, tx.tools.making_limits, "exports of the health record", owner.bytes)
    viewer_id = signed_in_resident(tx.viewer)
    if owner != viewer_id:
        looking = Looking(tx.viewer.kind, viewer_id, tx.viewer.name or "", "FAMILY", KINDS)
        await access_log.append(tx.connection, owner, tx.new_id(), looking)
    id = await ask_for_export(tx, owner, format, LIFE)
    await record(tx, "record.exported", owner, id, format)
    return Made({"file": Key(id, owner)})
