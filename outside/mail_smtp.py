"""Mail by SMTP. The library's client is a plain one, so each mail is sent in a thread; a worker sends few."""

import asyncio
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from outside.errors import Permanent, Transient
from outside.payments.exchange import Clock

LONGEST = 10.0  # seconds for each step
Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """A server that takes our mail. `sender`: our address. `context`: how its certificate is checked."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None
    sender: str
    clock: Clock
    context: ssl.SSLContext


class SmtpMailer:
    """A Mailer."""

    def __init__(self, config: SmtpConfig) -> None:
        self._config = config

    async def send(self, to: str, title: str, text: str, reference: str) -> None:
        """See Mailer. The reference becomes the Message-ID, by which readers drop a repetition."""
        message = _message(self._config.sender, to, title, text, reference, self._config.clock())
        await asyncio.to_thread(self._deliver, message)

    def _deliver(self, message: EmailMessage) -> None:
        try:
            with closing(self._connected()) as server:
                server.send_message(message)
                with suppress(smtplib.SMTPException, OSError):  # it is sent, however they part
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(min(code for code, _ in error.recipients.values())) from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise Permanent("The server does not offer what the settings ask for.") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Transient(f"No mail server: {type(error).__name__}.") from None

    def _connected(self) -> smtplib.SMTP:
        # Our name is given, since else the library looks it up in the network.
        config, us = self._config, _domain(self._config.sender)
        if config.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(config.host, config.port, us, timeout=LONGEST, context=config.context)
        else:
            server = smtplib.SMTP(config.host, config.port, us, timeout=LONGEST)
        try:
            if config.security == "starttls":
                server.starttls(context=config.context)
            if config.user is not None:
                server.login(config.user, config.password or "")
        except BaseException:
            server.close()
            raise
        return server


def _message(sender: str, to: str, title: str, text: str, reference: str, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, title
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{reference}@{_domain(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="base64")
    return message


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _refused(code: int) -> Transient | Permanent:
    """4… is for now, 5… for good."""
    return (Permanent if code >= 500 else Transient)(f"The mail server answered {code}.")
