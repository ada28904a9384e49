"""What settings are made of."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Secret

from domain.emails import is_email
from ecard.keys import read_key, read_private_key, read_provider_key, read_vapid_key
from outside.payments.keys import PrivateKey, PublicKeys
from outside.vapid import VapidKey

PREFIX = "ECARD_"


def starts_with(*schemes: str) -> AfterValidator:
    """For a secret address."""

    def check(value: Secret[str]) -> Secret[str]:
        if not value.get_secret_value().startswith(schemes):
            raise ValueError(f"must start with {' or '.join(schemes)}")
        return value

    return AfterValidator(check)


def _base_url(text: str) -> str:
    if not text.startswith(("https://", "http://")) or any(mark in text for mark in "?# "):
        raise ValueError("must be an http or https address without query")
    return text.rstrip("/")


def _email(text: str) -> str:
    if not is_email(text):
        raise ValueError("must be an e-mail address")
    return text


def _words(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_base_url)]
Email = Annotated[str, AfterValidator(_email)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Count = Annotated[int, Field(ge=1)]
Key = Annotated[Secret[bytes], BeforeValidator(read_key)]
OurKey = Annotated[Secret[PrivateKey], BeforeValidator(read_private_key)]
TheirKey = Annotated[Secret[PublicKeys], BeforeValidator(read_provider_key)]
PushKey = Annotated[Secret[VapidKey], BeforeValidator(read_vapid_key)]


def missing(values: Mapping[str, Any], *names: str) -> list[str]:
    """A line for each of the settings that is missing though another of them is given: all or none."""
    given = [name for name in names if values[name] is not None]
    return [
        f"{PREFIX}{name.upper()}: it is missing, and {PREFIX}{given[0].upper()} needs it"
        for name in names
        if given and values[name] is None
    ]
