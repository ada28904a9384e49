"""Settings of the ways on which people and institutions are told; docs/how-to/notifications.md says where each comes from."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Secret, model_validator

from domain.web_push import HOSTS
from ecard.settings_types import PREFIX, Count, Email, PushKey, Url, Words, missing
from outside.mail_smtp import Security


def _contact(text: str) -> str:
    if not text.startswith(("mailto:", "https://")):
        raise ValueError("must start with mailto: or https://")
    return text


def _two(words: tuple[str, ...]) -> tuple[str, ...]:
    if len(words) != 2:
        raise ValueError("must be two names")
    return words


class ChannelSettings(BaseModel):
    """A channel without settings is off."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    messages_file: Path | None = Field(
        None, description="The file to which push, WeChat messages and mail are appended instead of sent, for development."
    )
    operator_email: Email | None = Field(None, description="Where the operator is written to of what an institution leaves undone.")
    smtp_host: str | None = Field(None, description="Mail: the server that takes it.")
    smtp_port: Count = Field(587, description="Mail: its port.")
    smtp_security: Security = Field(
        "starttls", description="Mail: `starttls`, `tls` (from the first byte), or `none`: in clear, to a server on this machine."
    )
    smtp_sender: Email | None = Field(None, description="Mail: the address that it comes from.")
    smtp_user: str | None = Field(None, description="Mail: who we are there; without it nobody signs in.")
    smtp_password: Secret[str] | None = Field(None, description="Mail: the password.")
    push_key: PushKey | None = Field(None, description="Web push: our VAPID key, as `ecard new-vapid-key` makes one.")
    push_contact: Annotated[str, AfterValidator(_contact)] | None = Field(
        None, description="Web push: whom push services may write to, `mailto:…` or `https://…`."
    )
    push_hosts: Words = Field(
        HOSTS, description="Web push: the push services that may be asked; with a full stop before it, all names that end so."
    )
    wechat_messages_url: Url = Field("https://api.weixin.qq.com", description="WeChat messages: its API.")
    wechat_messages_app_id: str | None = Field(None, description="WeChat messages: the official account (appid).")
    wechat_messages_secret: Secret[str] | None = Field(None, description="WeChat messages: the account's secret (appsecret).")
    wechat_messages_template_id: str | None = Field(None, description="WeChat messages: the template.")
    wechat_messages_fields: Annotated[Words, AfterValidator(_two)] = Field(
        ("thing1", "thing2"), description="WeChat messages: the template's two fields, for title and text."
    )

    @model_validator(mode="after")
    def _channels(self) -> "ChannelSettings":
        values = dict(self)
        wrong = [
            *missing(values, "smtp_host", "smtp_sender"),
            *missing(values, "smtp_user", "smtp_password"),
            *missing(values, "push_key", "push_contact"),
            *missing(values, "wechat_messages_app_id", "wechat_messages_secret", "wechat_messages_template_id"),
        ]
        if self.smtp_user is not None and self.smtp_security == "none":
            wrong.append(f"{PREFIX}SMTP_SECURITY: a password must not go in clear")
        if self.messages_file is not None:
            sent = ("smtp_host", "push_key", "wechat_messages_app_id")
            wrong += [f"{PREFIX}{name.upper()}: it or {PREFIX}MESSAGES_FILE, not both" for name in sent if values[name] is not None]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self
