"""E-mail to institutions and the operator: who is written to of what, and the things that it is about, as they are now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db import outbox
from db.connection import Connection, Record
from db.outbox import JobKind
from domain.mails import MailEvent

INSERT = (
    "insert into mail (id, institution_id, event, subject_id, recipient, created_at) values ($1, $2, $3, $4, $5, $6)"
    " on conflict on constraint mail_is_sent_once do nothing returning id"
)
UNSENT = (
    "select m.id, m.event, m.subject_id, m.recipient, i.name as institution from mail m join institution i"
    " on i.id = m.institution_id where m.id = $1 and m.sent_at is null"
)
SENT = "update mail set sent_at = $2 where id = $1 and sent_at is null"

AGREEMENT = (
    "select a.status, a.requested_at, a.decide_by, t.name as team from family_doctor_agreement a"
    " join family_doctor_team t on t.id = a.team_id where a.resident_id = $1 and a.id = $2"
)
SUBJECTS: Mapping[MailEvent, str] = {
    MailEvent.AGREEMENT_DUE: AGREEMENT,
    MailEvent.AGREEMENT_OVERDUE: AGREEMENT,
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A row that was not sent yet. `institution`: its name; `recipient`: the address."""

    id: UUID
    event: str
    subject_id: UUID
    recipient: str
    institution: str


async def put(
    connection: Connection,
    event: MailEvent,
    institution_id: UUID,
    resident_id: UUID,
    subject_id: UUID,
    recipient: str,
    id: UUID,
    now: datetime,
) -> None:
    """Leaves it to the workers to write to the address, unless they were told to before. `id`: of the mail, and of its job."""
    row = (id, institution_id, event, subject_id, recipient, now)
    if await connection.fetchval(INSERT, *row) is not None:
        await outbox.put(connection, JobKind.SEND_MAIL, {"mail_id": str(id), "resident_id": str(resident_id)}, id, now)


async def unsent(connection: Connection, id: UUID) -> Mail | None:
    """The mail; None when it was sent."""
    row = await connection.fetchrow(UNSENT, id)
    return None if row is None else Mail(**row)


async def subject(connection: Connection, event: MailEvent, resident_id: UUID, subject_id: UUID) -> Record | None:
    """The thing that it is about: its `status`, and the facts that the event's words name."""
    return await connection.fetchrow(SUBJECTS[event], resident_id, subject_id)


async def sent(connection: Connection, id: UUID, now: datetime) -> None:
    """Marks it."""
    await connection.execute(SENT, id, now)
