"""What jobs work with, made once at start-up by the entry point."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from db.pool import Pool
from domain.booking import BookingRules
from domain.enums import NotificationChannel, PaymentMethod
from domain.ids import Random
from domain.mails import MailEvent
from domain.sealing import Lookup, Sealer
from outside.mail import Mailer
from outside.messenger import Messenger
from outside.payments import PaymentProvider
from outside.sms import Sms
from workers import mail_templates, notification_templates
from workers.mail_templates import MailTemplate
from workers.notification_templates import Wording

Drawing = Callable[[], bytes | IO[bytes]]


@dataclass(frozen=True, slots=True)
class Tools:
    """`clock` and `random` are the only sources of time and chance. `city`: its name, as documents and messages show it.
    `providers`, `messengers` (of WECHAT and PUSH) and `mailer`: those that are on. `operator_email`: the operator's address."""

    pool: Pool
    clock: Callable[[], datetime]
    random: Random
    sealer: Sealer
    lookup: Lookup
    sms: Sms
    city: str
    providers: Mapping[PaymentMethod, PaymentProvider] = field(default_factory=dict)
    booking: BookingRules = field(default_factory=BookingRules)
    messengers: Mapping[NotificationChannel, Messenger] = field(default_factory=dict)
    mailer: Mailer | None = None
    operator_email: str | None = None
    words: Mapping[str, Wording] = field(default_factory=notification_templates.load)
    mail_words: Mapping[str, Mapping[MailEvent, MailTemplate]] = field(default_factory=mail_templates.load)
