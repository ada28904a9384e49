"""Settings of the channels: all of one or none of it; and the adapters that come of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.enums import NotificationChannel
from ecard.channels import mailer, messengers, sms
from ecard.demo.secrets import demo_secrets
from ecard.settings import Settings, SettingsError, read_settings
from outside.mail_smtp import SmtpMailer
from outside.push_web import WebPush
from outside.sms_http import HttpSms
from outside.vapid import VapidKey, new_key
from outside.wechat_http import WeChat

BASE = {
    "ECARD_ENVIRONMENT": "development",
    "ECARD_PUBLIC_URL": "https://card.example",
    "ECARD_DATABASE_URL": "postgresql://ecard@db/ecard",
    "ECARD_REDIS_URL": "redis://redis:6379",
    "ECARD_IDENTITY_URL": "https://registry.example",
    "ECARD_IDENTITY_SECRET": "hidden-identity",
    "ECARD_SMS_URL": "https://sms.example",
    "ECARD_SMS_SECRET": "hidden-sms",
}
MAIL = {
    "ECARD_SMTP_HOST": "mail.example",
    "ECARD_SMTP_SENDER": "ecard@city.example",
    "ECARD_SMTP_USER": "ecard",
    "ECARD_SMTP_PASSWORD": "hidden-password",
}
PUSH = {"ECARD_PUSH_KEY": new_key(), "ECARD_PUSH_CONTACT": "mailto:operator@city.example"}
WECHAT = {
    "ECARD_WECHAT_MESSAGES_APP_ID": "wx1",
    "ECARD_WECHAT_MESSAGES_SECRET": "hidden-secret",
    "ECARD_WECHAT_MESSAGES_TEMPLATE_ID": "template",
}


@pytest.fixture
def base(tmp_path: Path) -> dict[str, str]:
    return BASE | demo_secrets(tmp_path)


def clock() -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC)


def channels(settings: Settings) -> dict[NotificationChannel, type]:
    return {channel: type(messenger) for channel, messenger in messengers(settings, clock).items()}


def complaints(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    assert "hidden" not in str(caught.value)
    assert PUSH["ECARD_PUSH_KEY"] not in str(caught.value)
    return str(caught.value)


def test_without_settings_all_but_sms_are_off(base: dict[str, str]) -> None:
    settings = read_settings(base)
    assert isinstance(sms(settings, clock), HttpSms)
    assert mailer(settings, clock) is None
    assert channels(settings) == {}


def test_each_is_on_with_its_settings(base: dict[str, str]) -> None:
    assert channels(read_settings(base | PUSH)) == {NotificationChannel.PUSH: WebPush}
    assert channels(read_settings(base | WECHAT)) == {NotificationChannel.WECHAT: WeChat}
    assert isinstance(mailer(read_settings(base | MAIL), clock), SmtpMailer)


def test_the_public_key_of_push_is_that_of_the_private_one(base: dict[str, str]) -> None:
    found = read_settings(base | PUSH)
    assert found.push_key is not None
    assert found.push_key.get_secret_value().public == VapidKey(PUSH["ECARD_PUSH_KEY"]).public
    assert PUSH["ECARD_PUSH_KEY"] not in repr(found)


async def test_a_file_takes_what_the_others_would_send(base: dict[str, str], tmp_path: Path) -> None:
    settings = read_settings(base | {"ECARD_MESSAGES_FILE": str(tmp_path / "messages.jsonl")})
    found, by_mail = messengers(settings, clock), mailer(settings, clock)
    assert set(found) == {NotificationChannel.PUSH, NotificationChannel.WECHAT}
    assert by_mail is not None
    for messenger in (*found.values(), by_mail):
        await messenger.send("to", "title", "text", "reference")
    lines = (tmp_path / "messages.jsonl").read_text().splitlines()
    assert [json.loads(line)["channel"] for line in lines] == ["PUSH", "WECHAT", "MAIL"]


@pytest.mark.parametrize(
    ("some", "name"),
    [(MAIL, name) for name in ("SMTP_HOST", "SMTP_SENDER", "SMTP_USER", "SMTP_PASSWORD")]
    + [(PUSH, name) for name in ("PUSH_KEY", "PUSH_CONTACT")]
    + [(WECHAT, name) for name in ("WECHAT_MESSAGES_APP_ID", "WECHAT_MESSAGES_SECRET", "WECHAT_MESSAGES_TEMPLATE_ID")],
)
def test_all_of_a_channel_or_none_of_it(base: dict[str, str], some: dict[str, str], name: str) -> None:
    told = complaints(base | {given: value for given, value in some.items() if given != f"ECARD_{name}"})
    assert f"- ECARD_{name}: it is missing" in told


def test_mail_needs_nobody_to_sign_in(base: dict[str, str]) -> None:
    open_relay = {name: value for name, value in MAIL.items() if name in ("ECARD_SMTP_HOST", "ECARD_SMTP_SENDER")}
    assert mailer(read_settings(base | open_relay | {"ECARD_SMTP_SECURITY": "none"}), clock) is not None
    assert "SMTP_SECURITY: a password must not go in clear" in complaints(base | MAIL | {"ECARD_SMTP_SECURITY": "none"})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PUSH_KEY", "hidden-and-short", "32 are needed"),
        ("PUSH_CONTACT", "operator@city.example", "must start with mailto: or https://"),
        ("SMTP_SENDER", "ecard", "must be an e-mail address"),
        ("OPERATOR_EMAIL", "a@b.cn\nBcc: c@d.cn", "must be an e-mail address"),
        ("SMTP_SECURITY", "ssl", "'starttls', 'tls' or 'none'"),
        ("WECHAT_MESSAGES_FIELDS", "thing1", "must be two names"),
        ("MESSAGES_FILE", "/tmp/messages", "it or ECARD_MESSAGES_FILE, not both"),
    ],
)
def test_a_bad_value_is_told_by_name(base: dict[str, str], name: str, value: str, said: str) -> None:
    assert said in complaints(base | MAIL | PUSH | WECHAT | {f"ECARD_{name}": value})


@pytest.mark.parametrize(("name", "value"), [("MESSAGES_FILE", "/tmp/messages"), ("WECHAT_MESSAGES_URL", "http://wechat.example")])
def test_production_refuses_a_file_and_an_address_in_clear(base: dict[str, str], name: str, value: str) -> None:
    told = complaints(base | {"ECARD_ENVIRONMENT": "production", f"ECARD_{name}": value})
    assert f"ECARD_{name}: " in told
