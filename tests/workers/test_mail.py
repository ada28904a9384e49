"""E-mail to institutions and the operator."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from db import outbox
from db.outbox import Job
from domain.mails import MailEvent
from outside.errors import Transient
from tests.workers.city import fresh_id
from tests.workers.clinic import add_clinic, add_resident
from tests.workers.conftest import Clock
from workers.mail import mail, send_mail
from workers.tools import Tools

INSTITUTION, OPERATOR = "team@example.org", "operator@example.org"


@dataclass
class RecordingMailer:
    """Keeps what it sends, and fails as often as it is told to."""

    sent: list[tuple[str, str, str, str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def send(self, to: str, title: str, text: str, reference: str) -> None:
        if self.failures:
            raise self.failures.pop()
        self.sent.append((to, title, text, reference))


@dataclass(frozen=True)
class Asked:
    """A request of which a team is told, and the workers that tell it."""

    tools: Tools
    mailer: RecordingMailer
    institution_id: UUID
    resident_id: UUID
    id: UUID

    async def mail(self, event: MailEvent, *recipients: str | None) -> list[Job]:
        """Has them written to; the jobs that this leaves."""
        async with self.tools.pool.transaction() as connection:
            await connection.execute("delete from outbox")
            key = (self.institution_id, self.resident_id, self.id)
            await mail(connection, event, *key, recipients, self.tools.clock(), self.tools.random)
            rows = await connection.fetch("select id from outbox where job = 'send_mail' order by id")
            jobs = [await outbox.start(connection, row["id"], self.tools.clock()) for row in rows]
        return [job for job in jobs if job is not None]

    async def value(self, sql: str) -> object:
        async with self.tools.pool.connection() as connection:
            return await connection.fetchval(sql, self.id)

    async def becomes(self, status: str) -> None:
        async with self.tools.pool.connection() as connection:
            await connection.execute("update family_doctor_agreement set status = $2 where id = $1", self.id, status)


@pytest.fixture
async def asked(tools: Tools, clock: Clock) -> Asked:
    mailer = RecordingMailer()
    tools = replace(tools, mailer=mailer)
    clock.now = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    team_id, id = fresh_id(), fresh_id()
    async with tools.pool.transaction() as connection:
        clinic = await add_clinic(connection, clock())
        resident_id = await add_resident(connection, tools.sealer, clock(), "+8613800001111", name="王小明")
        await connection.execute(
            "insert into family_doctor_team (id, institution_id, code, name, leader_id, capacity, created_at)"
            " values ($1, $2, 'T1', '莲花一队', $3, 10, $4)",
            *(team_id, clinic.institution_id, clinic.doctor_id, clock()),
        )
        await connection.execute(
            "insert into family_doctor_agreement (resident_id, id, institution_id, team_id, status, requested_at, decide_by)"
            " values ($1, $2, $3, $4, 'REQUESTED', $5, $6)",
            *(resident_id, id, clinic.institution_id, team_id, clock(), clock() + timedelta(hours=72)),
        )
    return Asked(tools, mailer, clinic.institution_id, resident_id, id)


async def test_it_says_what_waits_in_both_languages_and_for_nobody_by_name(asked: Asked) -> None:
    [job] = await asked.mail(MailEvent.AGREEMENT_DUE, INSTITUTION)
    await send_mail(asked.tools, job)
    [(recipient, subject, text, reference)] = asked.mailer.sent
    assert recipient == INSTITUTION
    assert subject == "家庭医生签约申请待答复 / A request for a family doctor waits"
    assert "市第九人民医院：\n" in text
    assert "家庭医生团队“莲花一队”有一份签约申请，提交于11月24日09:30，至今未答复。\n请于11月27日09:30前" in text
    assert "The team “莲花一队” was asked for an agreement on 2026-11-24 at 09:30" in text
    assert "小明" not in subject + text
    assert reference == job.args["mail_id"]


async def test_each_address_is_written_to_once_however_often_it_is_asked_for(asked: Asked) -> None:
    jobs = await asked.mail(MailEvent.AGREEMENT_OVERDUE, INSTITUTION, OPERATOR, INSTITUTION, None)
    assert len(jobs) == 2
    assert await asked.mail(MailEvent.AGREEMENT_OVERDUE, OPERATOR, INSTITUTION) == []
    for job in jobs * 10:
        await send_mail(asked.tools, job)
    assert sorted(recipient for recipient, *_ in asked.mailer.sent) == sorted([INSTITUTION, OPERATOR])
    assert await asked.value("select count(*) from mail where subject_id = $1 and sent_at is not null") == 2


async def test_reminder_and_escalation_are_two(asked: Asked) -> None:
    for event in MailEvent:
        for job in await asked.mail(event, INSTITUTION):
            await send_mail(asked.tools, job)
    assert len({subject for _, subject, *_ in asked.mailer.sent}) == 2


async def test_what_could_not_be_sent_is_sent_the_next_time_under_the_same_reference(asked: Asked) -> None:
    [job] = await asked.mail(MailEvent.AGREEMENT_DUE, INSTITUTION)
    asked.mailer.failures.append(Transient("The answer was 421."))
    with pytest.raises(Transient):
        await send_mail(asked.tools, job)
    assert await asked.value("select count(*) from mail where subject_id = $1 and sent_at is null") == 1
    await send_mail(asked.tools, job)
    assert [reference for *_, reference in asked.mailer.sent] == [job.args["mail_id"]]


async def test_what_was_decided_meanwhile_waits_no_longer(asked: Asked) -> None:
    [job] = await asked.mail(MailEvent.AGREEMENT_DUE, INSTITUTION)
    await asked.becomes("ACTIVE")
    await send_mail(asked.tools, job)
    assert asked.mailer.sent == []
    assert (
        await asked.value("select state from outbox where args ->> 'mail_id' = (select id::text from mail where subject_id = $1)")
        == "done"
    )


async def test_while_mail_is_off_nothing_is_sent_and_nothing_fails(asked: Asked) -> None:
    [job] = await asked.mail(MailEvent.AGREEMENT_DUE, INSTITUTION)
    await send_mail(replace(asked.tools, mailer=None), job)
    assert asked.mailer.sent == []
    assert await asked.value("select count(*) from mail where subject_id = $1 and sent_at is null") == 1
