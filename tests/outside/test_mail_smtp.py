import ssl
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from outside.errors import Permanent, Transient
from outside.mail_smtp import SmtpConfig, SmtpMailer
from tests.outside.smtpserver import HOST, SmtpServer, certificate, smtp_server

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
SENDER, TO = "ecard@city.example", "team@clinic.example"
TITLE, TEXT = "家庭医生签约申请待答复 / A request", "市第九人民医院：\n\n请于11月27日09:30前答复。\n.\n"
REFERENCE = "01a20e82-0bec-78b8-a9d1-dd552acbd22a"


def config(server: SmtpServer, context: ssl.SSLContext | None = None) -> SmtpConfig:
    """In clear, without signing in."""
    return SmtpConfig(HOST, server.port, "none", None, None, SENDER, lambda: NOW, context or ssl.create_default_context())


async def test_the_mail_arrives_as_it_was_written() -> None:
    async with smtp_server(SmtpServer()) as server:
        await SmtpMailer(config(server)).send(TO, TITLE, TEXT, REFERENCE)
    (raw,) = server.mails
    mail = message_from_bytes(raw, policy=SMTP)
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, TO, TITLE)
    assert mail["Message-ID"] == f"<{REFERENCE}@city.example>"
    assert (mail["Date"], mail["Auto-Submitted"]) == ("Mon, 23 Nov 2026 01:30:00 +0000", "auto-generated")
    assert mail.get_content().replace("\r\n", "\n") == TEXT
    assert [verb for verb, _ in server.heard][-1] == "QUIT"


async def test_nothing_but_the_greeting_is_in_clear_where_starttls_is_asked_for(tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path)
    async with smtp_server(SmtpServer(ours)) as server:
        wanted = replace(config(server, theirs), security="starttls", user="ecard", password="hidden")
        await SmtpMailer(wanted).send(TO, TITLE, TEXT, REFERENCE)
    assert [verb for verb, encrypted in server.heard if not encrypted] == ["EHLO", "STARTTLS"]
    assert server.logins == ["\0ecard\0hidden"]
    assert len(server.mails) == 1


async def test_nothing_is_in_clear_where_tls_is_asked_for(tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path)
    async with smtp_server(SmtpServer(ours, from_start=True)) as server:
        await SmtpMailer(replace(config(server, theirs), security="tls")).send(TO, TITLE, TEXT, REFERENCE)
    assert all(encrypted for _, encrypted in server.heard)
    assert len(server.mails) == 1


async def test_a_server_that_offers_no_starttls_gets_no_mail() -> None:
    async with smtp_server(SmtpServer()) as server:
        with pytest.raises(Permanent, match="does not offer"):
            await SmtpMailer(replace(config(server), security="starttls")).send(TO, TITLE, TEXT, REFERENCE)
    assert server.mails == []


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    ours, _ = certificate(tmp_path)
    async with smtp_server(SmtpServer(ours)) as server:
        with pytest.raises(Transient, match="SSLCertVerificationError"):
            await SmtpMailer(replace(config(server), security="starttls")).send(TO, TITLE, TEXT, REFERENCE)
    assert server.mails == []


@pytest.mark.parametrize(
    ("verb", "says", "error"),
    [
        ("HELO", "421 busy", Transient),
        ("AUTH", "454 not now", Transient),
        ("AUTH", "535 no", Permanent),
        ("MAIL", "451 later", Transient),
        ("MAIL", "553 not you", Permanent),
        ("RCPT", "450 greylisted", Transient),
        ("RCPT", "550 nobody of this name", Permanent),
        ("DATA", "452 full", Transient),
        ("DATA", "554 spam", Permanent),
    ],
)
async def test_what_goes_wrong_is_told_apart(verb: str, says: str, error: type[Exception]) -> None:
    answers = {"HELO": {"EHLO": says, "HELO": says}}.get(verb, {verb: says})
    async with smtp_server(SmtpServer(says=answers)) as server:
        wanted = replace(config(server), user="ecard", password="hidden")
        with pytest.raises(error) as failed:
            await SmtpMailer(wanted).send(TO, TITLE, TEXT, REFERENCE)
    assert says[:3] in str(failed.value)
    assert TO not in str(failed.value)
    assert "hidden" not in str(failed.value)


async def test_what_was_taken_is_sent_however_they_part() -> None:
    async with smtp_server(SmtpServer(says={"QUIT": "554 what"})) as server:
        await SmtpMailer(config(server)).send(TO, TITLE, TEXT, REFERENCE)
    assert len(server.mails) == 1


async def test_a_server_that_is_not_there() -> None:
    async with smtp_server(SmtpServer()) as gone:
        mailer = SmtpMailer(config(gone))
    with pytest.raises(Transient, match="ConnectionRefusedError"):
        await mailer.send(TO, TITLE, TEXT, REFERENCE)
