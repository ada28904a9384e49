"""Writes to institutions and the operator: once for each event, subject and address."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from db import mail as mails
from db import outbox
from db.connection import Connection
from db.mail import Mail
from db.outbox import Job
from domain.enums import AgreementStatus
from domain.ids import Random, new_id
from domain.mails import MailEvent
from domain.times import for_people
from outside.mail import Mailer
from workers.mail_templates import FACTS
from workers.tools import Tools
from workers.wording import LANGUAGES

# In which states of its subject each is still worth telling.
STILL_TRUE: Mapping[MailEvent, frozenset[str]] = MappingProxyType(
    {
        MailEvent.AGREEMENT_DUE: frozenset({AgreementStatus.REQUESTED}),
        MailEvent.AGREEMENT_OVERDUE: frozenset({AgreementStatus.REQUESTED}),
    }
)


async def mail(
    connection: Connection,
    event: MailEvent,
    institution_id: UUID,
    resident_id: UUID,
    subject_id: UUID,
    recipients: Iterable[str | None],
    now: datetime,
    random: Random,
) -> None:
    """Leaves it to the workers to write to each of the addresses; None is nobody. `institution_id`: whom it concerns; `resident_id`
    and `subject_id`: the key of what it is about. Nothing happens unless the transaction commits, nor what was asked before."""
    for recipient in {address: None for address in recipients if address is not None}:
        await mails.put(connection, event, institution_id, resident_id, subject_id, recipient, new_id(now, random), now)


async def send_mail(tools: Tools, job: Job) -> None:
    """Sends the mail `mail_id`, unless it was sent, holds no longer, or mail is off. Its id is the reference, in whichever try."""
    id = UUID(job.args["mail_id"])
    is_sent = tools.mailer is not None and await _send(tools, tools.mailer, id, UUID(job.args["resident_id"]))
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        await outbox.finish(connection, job, now)
        if is_sent:
            await mails.sent(connection, id, now)


async def _send(tools: Tools, mailer: Mailer, id: UUID, resident_id: UUID) -> bool:
    async with tools.pool.connection() as connection:
        row = await mails.unsent(connection, id)
        words = None if row is None else await _words(tools, connection, row, resident_id)
    if row is None or words is None:
        return False
    await mailer.send(row.recipient, *words, reference=str(id))
    return True


async def _words(tools: Tools, connection: Connection, row: Mail, resident_id: UUID) -> tuple[str, str] | None:
    """Subject and text, in one language after the other, since nobody has said which an institution reads; None for what no longer
    holds."""
    event = MailEvent(row.event)
    found = await mails.subject(connection, event, resident_id, row.subject_id)
    if found is None or found["status"] not in STILL_TRUE[event]:
        return None
    facts = {"institution": row.institution, **found}
    subjects, texts = [], []
    for language in LANGUAGES:
        template = tools.mail_words[language][event]
        subjects.append(template.subject)
        texts.append(template.text.format_map({name: _shown(facts[name], language) for name in FACTS[event]}))
    return " / ".join(subjects), "\n\n".join(texts) + "\n"


def _shown(fact: object, language: str) -> str:
    return for_people(fact, language) if isinstance(fact, datetime) else str(fact)
