"""The settings: one frozen object, read from the environment once, by the entry points, which hand its values on.

Each is `ECARD_` and the field's name; what is secret may stand in a file instead, named by the same with `_FILE` behind it.
docs/reference/settings.md is made from here.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Secret, ValidationError, model_validator

from domain.keys import KeySet
from ecard.keys import is_demo, read_api_key, read_sealing_keys
from ecard.settings_channels import ChannelSettings
from ecard.settings_types import PREFIX as PREFIX
from ecard.settings_types import Count, Key, OurKey, TheirKey, Url, Words, starts_with

# What is for development alone, and what production asks by https alone.
FILES = ("IDENTITY_FILE", "SMS_FILE", "MESSAGES_FILE", "DEMO_FILE")
ADDRESSES = ("public_url", "wechat_pay_url", "alipay_url", "unionpay_url", "unionpay_file_url", "bank_url", "wechat_messages_url")
PROVIDERS = ("wechat_pay", "alipay", "unionpay", "bank")


class SettingsError(Exception):
    """The program cannot start with these settings. The message has a line for each that is bad or missing, and no value."""


class Settings(ChannelSettings):
    """All settings of a process. Secrets hide themselves: `get_secret_value()` opens one."""

    environment: Literal["development", "production"] = Field(
        "production", description="`production` refuses a demo's secrets, file adapters and an address without https."
    )
    public_url: Url = Field(description="The address under which everyone reaches the platform; links are made from it.")
    city: str = Field("深圳市", description="The city's name, as documents and messages show it.")
    host: str = Field("127.0.0.1", description="The address on which the web process listens.")
    port: int = Field(8000, ge=0, le=65535, description="The port on which it listens; 0 takes a free one.")
    trusted_proxies: Words = Field((), description="Addresses of proxies whose X-Forwarded-For is believed.")
    origins: Words = Field((), description="Origins whose pages may ask from a browser; `*` stands for all.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    otlp_endpoint: Url | None = Field(None, description="Where traces go, by OTLP over HTTP; without it there are none.")
    graphiql: bool = Field(description="Whether the GraphiQL page is served.")
    introspection: bool = Field(description="Whether the schema may be asked for in GraphQL.")

    database_url: Annotated[Secret[str], starts_with("postgresql://", "postgres://")] = Field(
        description="The PostgreSQL database (16 or newer)."
    )
    database_pool_size: Count = Field(10, description="Connections of one process, at most.")
    plan_cache_mode: Literal["auto", "force_generic_plan", "force_custom_plan"] = Field(
        "force_generic_plan", description="PostgreSQL's setting of this name; Citus wants `auto`."
    )
    statement_timeout_ms: Count = Field(5_000, description="Milliseconds after which PostgreSQL ends a statement.")
    prepared_statements: Count = Field(100, description="Statements kept prepared on one connection, at most.")
    redis_url: Annotated[Secret[str], starts_with("redis://", "rediss://", "unix://")] = Field(
        description="Redis, which carries jobs to the workers."
    )
    worker_jobs: Count = Field(10, description="Jobs that a worker process carries out at once.")
    worker_seconds: Count = Field(
        30, description="Seconds after which a job is stopped. One whose worker is gone is sent again after twice as many."
    )
    prescription_days: Annotated[int, Field(ge=1, le=90)] = Field(
        3, description="Days in which prescribed medicine can be collected."
    )
    deposit_low_percent: int = Field(
        20, ge=0, le=100, description="A deposit of a stay in hospital is low when less than so many percent of it are left."
    )
    payment_minutes: Annotated[int, Field(ge=1, le=120)] = Field(15, description="Minutes in which a payment can be made.")

    booking_days_ahead: Count = Field(14, description="Days ahead that an appointment can be booked, today not counted.")
    booking_no_shows: Count = Field(3, description="Missed appointments that lock booking …")
    booking_no_show_days: Count = Field(90, description="… when they lie within so many days …")
    booking_lock_days: Count = Field(30, description="… for so many days.")
    booking_cancel_minutes: int = Field(
        120, ge=0, description="Minutes before its start until which an appointment can be cancelled or moved."
    )
    booking_check_in_minutes: int = Field(
        120, ge=0, description="Minutes before its start from which a scan checks an appointment in by itself."
    )
    place_return_minutes_min: int = Field(5, ge=0, description="A place given up returns at a drawn time, so many minutes later …")
    place_return_minutes_max: float = Field(60, gt=0, description="… or up to so many; `0.5` is half a minute.")

    sealing_keys: Annotated[Secret[Mapping[str, bytes]], BeforeValidator(read_sealing_keys)] = Field(
        description=(
            "Keys that encrypt document, social security and phone numbers: `id:key`, with spaces between them. "
            "A key is the base64 of 32 random bytes. The first encrypts, all decrypt."
        )
    )
    lookup_key: Key = Field(
        description="Makes the hashes by which those numbers are found: base64 of 32 random bytes. It can never change."
    )
    signing_keys: Annotated[Secret[KeySet], BeforeValidator(KeySet.read)] = Field(
        description=(
            "Private JWKS of the P-256 keys that sign codes and credentials, each with a `kid` of four characters. "
            "The first signs, the public halves of all are published."
        )
    )
    national_key: Key = Field(description="Makes codes in the national form: base64 of 32 random bytes.")

    identity_file: Path | None = Field(None, description="The identity registry as a file, for development.")
    identity_url: Url | None = Field(None, description="The identity registry as a service.")
    identity_secret: Secret[str] | None = Field(None, description="The secret that the identity service knows us by.")
    sms_file: Path | None = Field(None, description="The file to which messages are appended instead of sent, for development.")
    sms_url: Url | None = Field(None, description="The service that sends messages.")
    sms_secret: Secret[str] | None = Field(None, description="The secret that the message service knows us by.")

    wechat_pay_url: Url = Field("https://api.mch.weixin.qq.com", description="WeChat Pay: its API.")
    wechat_pay_app_id: str | None = Field(None, description="WeChat Pay: our app (appid).")
    wechat_pay_merchant_id: str | None = Field(None, description="WeChat Pay: our merchant number (mchid).")
    wechat_pay_key_serial: str | None = Field(None, description="WeChat Pay: the serial number of our API certificate.")
    wechat_pay_private_key: OurKey | None = Field(None, description="WeChat Pay: the private key of our API certificate, PEM.")
    wechat_pay_api_key: Annotated[Secret[bytes], BeforeValidator(read_api_key)] | None = Field(
        None, description="WeChat Pay: our APIv3 key, 32 characters."
    )
    wechat_pay_provider_key_serial: str | None = Field(None, description="WeChat Pay: the id of its public key, or certificate.")
    wechat_pay_provider_key: TheirKey | None = Field(None, description="WeChat Pay: its public key or certificate, PEM.")
    alipay_url: Url = Field("https://openapi.alipay.com/gateway.do", description="Alipay: its gateway.")
    alipay_app_id: str | None = Field(None, description="Alipay: our app (app_id).")
    alipay_private_key: OurKey | None = Field(None, description="Alipay: our app's private key, PEM.")
    alipay_provider_key: TheirKey | None = Field(None, description="Alipay: its public key, PEM.")
    unionpay_url: Url = Field("https://gateway.95516.com", description="UnionPay: its gateway.")
    unionpay_file_url: Url = Field("https://filedownload.95516.com", description="UnionPay: where its statements are.")
    unionpay_merchant_id: str | None = Field(None, description="UnionPay: our merchant number (merId).")
    unionpay_key_serial: str | None = Field(None, description="UnionPay: the serial number of our certificate (certId), decimal.")
    unionpay_private_key: OurKey | None = Field(None, description="UnionPay: the private key of our certificate, PEM.")
    unionpay_provider_key: TheirKey | None = Field(None, description="UnionPay: its certificate that signs, PEM, or several.")
    bank_url: Url | None = Field(None, description="The bank: its service, as docs/reference/bank-interface.md describes it.")
    bank_key_id: str | None = Field(None, description="The bank: what our key is called there.")
    bank_private_key: OurKey | None = Field(None, description="The bank: our private key, PEM.")
    bank_provider_key_id: str | None = Field(None, description="The bank: what its key is called.")
    bank_provider_key: TheirKey | None = Field(None, description="The bank: its public key or certificate, PEM.")

    demo_file: Path | None = Field(None, description="What the demo's own pages show: its people and clients. For development.")

    limit_body_bytes: Count = Field(262_144, description="Bytes of a request's body.")
    limit_depth: Count = Field(16, description="Levels of fields in an operation.")
    limit_aliases: Count = Field(100, description="Aliases in an operation.")
    limit_tokens: Count = Field(6_000, description="Tokens in a document.")
    limit_directives: Count = Field(50, description="Directives in a document.")
    limit_errors: Count = Field(20, description="Errors reported for a document before validation stops.")
    limit_mutations: Count = Field(10, description="Mutations in an operation.")
    limit_cost: Count = Field(20_000, description="Cost of an operation; `extensions.cost` tells it.")
    limit_requests_anonymous: Count = Field(120, description="Requests a minute of an address that has not signed in.")
    limit_requests_resident: Count = Field(600, description="Requests a minute of a resident's session.")
    limit_requests_app: Count = Field(6_000, description="Requests a minute of an app.")
    limit_requests_institution: Count = Field(6_000, description="Requests a minute of an institution.")
    web_processes: Count = Field(1, description="Web processes of `ecard web`; they share the limits of requests out.")
    cache_documents: Count = Field(1_000, description="Parsed documents that a web process remembers.")
    cache_document_bytes: Count = Field(64_000_000, description="Bytes that these documents may take together, by estimate.")
    cache_plans: Count = Field(1_000, description="Plans that a web process remembers.")
    cache_plan_characters: Count = Field(16_000_000, description="Characters of SQL in these plans together.")

    @property
    def current_sealing_key(self) -> str:
        """The id of the key that encrypts."""
        return next(iter(self.sealing_keys.get_secret_value()))

    @model_validator(mode="before")
    @classmethod
    def _open_in_development(cls, values: Any) -> Any:
        development = values.get("environment") == "development"
        return {"graphiql": development, "introspection": development} | values

    @model_validator(mode="after")
    def _adapters(self) -> "Settings":
        for name, file, url, secret in (
            ("IDENTITY", self.identity_file, self.identity_url, self.identity_secret),
            ("SMS", self.sms_file, self.sms_url, self.sms_secret),
        ):
            if (file is None) == (url is None):
                raise ValueError(f"{PREFIX}{name}_URL: it or, in development, {PREFIX}{name}_FILE must be given, and not both")
            if url is not None and secret is None:
                raise ValueError(f"{PREFIX}{name}_SECRET: it is missing, and {PREFIX}{name}_URL needs it")
        return self

    @model_validator(mode="after")
    def _providers(self) -> "Settings":
        missing = []
        for provider in PROVIDERS:
            given = sorted(name for name in self.model_fields_set if name.startswith(f"{provider}_"))
            for name in Settings.model_fields:
                if given and name.startswith(f"{provider}_") and getattr(self, name) is None:
                    missing.append(f"{PREFIX}{name.upper()}: it is missing, and {PREFIX}{given[0].upper()} needs it")
        if missing:
            raise ValueError("\n".join(missing))
        return self

    @model_validator(mode="after")
    def _window(self) -> "Settings":
        if self.place_return_minutes_max <= self.place_return_minutes_min:
            raise ValueError(f"{PREFIX}PLACE_RETURN_MINUTES_MAX: it must be more than {PREFIX}PLACE_RETURN_MINUTES_MIN")
        return self

    @model_validator(mode="after")
    def _fit_for_production(self) -> "Settings":
        if self.environment == "development":
            return self
        secrets: dict[str, bytes | Mapping[str, bytes] | KeySet] = {
            "SEALING_KEYS": self.sealing_keys.get_secret_value(),
            "LOOKUP_KEY": self.lookup_key.get_secret_value(),
            "SIGNING_KEYS": self.signing_keys.get_secret_value(),
            "NATIONAL_KEY": self.national_key.get_secret_value(),
        }
        bad = [f"{PREFIX}{name}: a demo's secret" for name, secret in secrets.items() if is_demo(secret)]
        bad += [f"{PREFIX}{name}: a file" for name in FILES if getattr(self, name.lower())]
        for name in ADDRESSES:
            if not (getattr(self, name) or "https://").startswith("https://"):
                bad.append(f"{PREFIX}{name.upper()}: an address without https")
        if bad:
            raise ValueError("\n".join(f"{line} is not for production" for line in bad))
        return self


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the environment. Raises SettingsError. An empty value is none."""
    given = {name.removeprefix(PREFIX): text for name, text in environment.items() if name.startswith(PREFIX) and text}
    values: dict[str, str] = {}
    wrong: list[str] = []
    for name in sorted(given):
        field = name.lower()
        if field in Settings.model_fields:
            values[field] = given[name]
        elif not name.endswith("_FILE") or not is_secret(field.removesuffix("_file")):
            wrong.append(f"{PREFIX}{name}: there is no such setting")
        elif name.removesuffix("_FILE") in given:
            wrong.append(f"{PREFIX}{name}: {PREFIX}{name.removesuffix('_FILE')} is given as well")
        else:
            try:
                values[field.removesuffix("_file")] = Path(given[name]).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                wrong.append(f"{PREFIX}{name}: the file cannot be read ({type(error).__name__})")
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        # What is missing may only be misspelt or unreadable: told above.
        wrong += [line for part in error.errors(include_input=False, include_url=False) for line in _told(part)]
        settings = None
    if wrong or settings is None:
        raise SettingsError("\n".join(["The settings are not right:", *(f"- {line}." for line in wrong)]))
    return settings


def is_secret(field: str) -> bool:
    """Whether a setting may be read from a file and must never be shown."""
    info = Settings.model_fields.get(field)
    return info is not None and "Secret" in str(info.annotation)


def _told(error: Any) -> list[str]:
    text = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return text.splitlines()
    name = f"{PREFIX}{str(error['loc'][0]).upper()}"
    return [f"{name}: it is missing" if error["type"] == "missing" else f"{name}: {text[0].lower()}{text[1:]}"]
