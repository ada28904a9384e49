"""Settings become the ways on which people and institutions are told; one without settings is off. See
docs/how-to/notifications.md."""

import ssl
from collections.abc import Mapping

import httpx

from domain.enums import NotificationChannel
from ecard.settings import Settings
from outside.mail import Mailer
from outside.mail_smtp import SmtpConfig, SmtpMailer
from outside.messenger import Messenger
from outside.messenger_file import FileMessenger
from outside.payments.exchange import Clock
from outside.push_web import PushConfig, WebPush
from outside.sms import Sms
from outside.sms_file import FileSms
from outside.sms_http import HttpSms
from outside.wechat_http import WeChat, WeChatConfig

MAIL = "MAIL"


def sms(settings: Settings, clock: Clock) -> Sms:
    """Short messages, which are always on."""
    if settings.sms_file is not None:
        return FileSms(settings.sms_file)
    secret = settings.sms_secret.get_secret_value() if settings.sms_secret else ""
    return HttpSms(settings.sms_url or "", secret, clock)


def mailer(settings: Settings, clock: Clock) -> Mailer | None:
    """Mail, when it is on."""
    if settings.messages_file is not None:
        return FileMessenger(settings.messages_file, MAIL)
    if settings.smtp_host is None:
        return None
    return SmtpMailer(
        SmtpConfig(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            sender=settings.smtp_sender or "",
            clock=clock,
            context=ssl.create_default_context(),
        )
    )


def messengers(
    settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
) -> Mapping[NotificationChannel, Messenger]:
    """PUSH and WECHAT, each when it is on. `transport`: for tests, what answers instead of the network."""
    if settings.messages_file is not None:
        both = (NotificationChannel.PUSH, NotificationChannel.WECHAT)
        return {channel: FileMessenger(settings.messages_file, channel) for channel in both}
    made = {
        NotificationChannel.PUSH: _push(settings, clock, transport),
        NotificationChannel.WECHAT: _wechat(settings, clock, transport),
    }
    return {channel: messenger for channel, messenger in made.items() if messenger is not None}


# The settings of a channel are there all or none, which they check themselves.


def _push(settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> Messenger | None:
    if settings.push_key is None:
        return None
    key, contact = settings.push_key.get_secret_value(), settings.push_contact or ""
    return WebPush(PushConfig(key, contact, settings.push_hosts, clock, transport))


def _wechat(settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> Messenger | None:
    if settings.wechat_messages_secret is None:
        return None
    title, text = settings.wechat_messages_fields
    return WeChat(
        WeChatConfig(
            url=settings.wechat_messages_url,
            app_id=settings.wechat_messages_app_id or "",
            secret=settings.wechat_messages_secret.get_secret_value(),
            template_id=settings.wechat_messages_template_id or "",
            fields=(title, text),
            clock=clock,
            transport=transport,
        )
    )
