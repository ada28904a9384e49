"""Settings of payment providers: all of one or none of it; and the providers that come of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.enums import PaymentFlow, PaymentMethod
from ecard.demo.secrets import demo_secrets
from ecard.payment_providers import PATHS, payment_providers
from ecard.settings import PREFIX, PROVIDERS, Settings, SettingsError, is_secret, read_settings
from tests.outside.payments.support import Network, order, pair, unnamed

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
VALUES = {
    "private_key": pair("us").private,
    "provider_key": pair("bank").public,
    "api_key": "hidden-0123456789abcdef012345678",
    "url": "https://bank.example",
}
NEEDED = {
    provider: [name for name, field in Settings.model_fields.items() if name.startswith(f"{provider}_") and field.default is None]
    for provider in PROVIDERS
}


@pytest.fixture
def base(tmp_path: Path) -> dict[str, str]:
    return BASE | demo_secrets(tmp_path)


def whole(provider: str) -> dict[str, str]:
    """All that a provider needs."""
    return {PREFIX + name.upper(): VALUES.get(name.removeprefix(f"{provider}_"), f"{name}-1") for name in NEEDED[provider]}


def clock() -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC)


def complaints(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    assert "hidden" not in str(caught.value)
    assert "BEGIN" not in str(caught.value)
    return str(caught.value)


def test_without_settings_all_are_off(base: dict[str, str]) -> None:
    assert payment_providers(read_settings(base), clock) == {}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_with_its_settings_one_is_on(base: dict[str, str], provider: str) -> None:
    made = payment_providers(read_settings(base | whole(provider)), clock)
    method = PaymentMethod(provider.upper())
    assert list(made) == [method]
    assert made[method].method is method
    assert made[method].flows == frozenset(PaymentFlow)


def test_each_provider_has_settings_and_a_path(base: dict[str, str]) -> None:
    assert {PaymentMethod(provider.upper()) for provider in PROVIDERS} == set(PaymentMethod) == set(PATHS)
    every = {name: value for provider in PROVIDERS for name, value in whole(provider).items()}
    assert set(payment_providers(read_settings(base | every), clock)) == set(PaymentMethod)


@pytest.mark.parametrize(("provider", "name"), [(provider, name) for provider in PROVIDERS for name in NEEDED[provider]])
def test_what_is_missing_of_one_is_told_by_name(base: dict[str, str], provider: str, name: str) -> None:
    given = whole(provider)
    del given[PREFIX + name.upper()]
    told = complaints(base | given)
    assert f"- {PREFIX}{name.upper()}: it is missing, and {PREFIX}{provider.upper()}_" in told
    assert told.count("it is missing") == 1


@pytest.mark.parametrize("name", ["WECHAT_PAY_URL", "ALIPAY_URL", "UNIONPAY_URL", "UNIONPAY_FILE_URL"])
def test_an_address_alone_is_not_enough(base: dict[str, str], name: str) -> None:
    assert f"and {PREFIX}{name} needs it" in complaints(base | {PREFIX + name: "https://elsewhere.example"})


@pytest.mark.parametrize("name", ["wechat_pay_url", "alipay_url", "unionpay_url", "unionpay_file_url", "bank_url"])
def test_production_speaks_https(base: dict[str, str], name: str) -> None:
    provider = next(provider for provider in PROVIDERS if name.startswith(provider))
    given = whole(provider) | {PREFIX + name.upper(): "http://elsewhere.example"}
    told = complaints(base | given | {"ECARD_ENVIRONMENT": "production"})
    assert f"{PREFIX}{name.upper()}: an address without https is not for production" in told
    assert getattr(read_settings(base | given), name) == "http://elsewhere.example"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALIPAY_PRIVATE_KEY", "hidden", "not a private key as PEM"),
        ("ALIPAY_PRIVATE_KEY", pair("small", 1024).private, "at least 2048 bits"),
        ("ALIPAY_PROVIDER_KEY", "hidden", "not a public key or certificate as PEM"),
        ("WECHAT_PAY_API_KEY", "hidden-short", "12 characters, and 32 are needed"),
    ],
    ids=unnamed,
)
def test_bad_keys_are_told_and_never_shown(base: dict[str, str], name: str, value: str, said: str) -> None:
    provider = next(provider for provider in PROVIDERS if name.lower().startswith(provider))
    told = complaints(base | whole(provider) | {PREFIX + name: value})
    assert f"{PREFIX}{name}: " in told
    assert said in told


def test_keys_come_from_files_and_are_not_shown(base: dict[str, str], tmp_path: Path) -> None:
    given = whole("alipay")
    for name in ("ECARD_ALIPAY_PRIVATE_KEY", "ECARD_ALIPAY_PROVIDER_KEY"):
        (tmp_path / name).write_text(given.pop(name))
        given[f"{name}_FILE"] = str(tmp_path / name)
    settings = read_settings(base | given)
    assert list(payment_providers(settings, clock)) == [PaymentMethod.ALIPAY]
    assert "BEGIN" not in repr(settings) + str(settings.model_dump())
    assert all(is_secret(f"{provider}_private_key") for provider in PROVIDERS)


async def test_a_provider_knows_where_it_calls_us_back(base: dict[str, str]) -> None:
    alipay = payment_providers(read_settings(base | whole("alipay")), clock, Network().transport)[PaymentMethod.ALIPAY]
    made = await alipay.create(order(PaymentFlow.BROWSER))
    assert made.code_url is not None
    assert "notify_url=https%3A%2F%2Fcard.example%2Fcallbacks%2Falipay" in made.code_url
