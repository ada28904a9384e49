"""Settings: what is bad, missing or unknown is told, and nothing secret with it."""

import secrets
from base64 import b64encode
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.keys import KeySet, SigningKey
from ecard.demo.secrets import demo_secrets
from ecard.settings import Settings, SettingsError, read_settings
from ecard.settings_reference import reference

ROOT = Path(__file__).parents[2]
REQUIRED = [
    name.upper() for name, field in Settings.model_fields.items() if field.is_required() and field.annotation is not bool
]


def key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def production() -> dict[str, str]:
    """Settings that are fit for production."""
    return {
        "ECARD_PUBLIC_URL": "https://card.example/",
        "ECARD_DATABASE_URL": "postgresql://ecard:hidden-password@db/ecard",
        "ECARD_REDIS_URL": "redis://redis:6379",
        "ECARD_SEALING_KEYS": f"2027:{key()} 2026:{key()}",
        "ECARD_LOOKUP_KEY": key(),
        "ECARD_SIGNING_KEYS": KeySet([SigningKey.new(secrets.token_bytes)]).private_jwks(),
        "ECARD_NATIONAL_KEY": key(),
        "ECARD_IDENTITY_URL": "https://registry.example",
        "ECARD_IDENTITY_SECRET": "hidden-identity",
        "ECARD_SMS_URL": "https://sms.example",
        "ECARD_SMS_SECRET": "hidden-sms",
    }


def complaints(environment: dict[str, str]) -> str:
    """What the program says instead of starting."""
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    for name, value in environment.items():
        if len(value) > 12 and "URL" not in name:
            assert value not in str(caught.value)
    return str(caught.value)


def test_production(production: dict[str, str]) -> None:
    settings = read_settings(production)
    assert settings.environment == "production"
    assert settings.public_url == "https://card.example"
    assert settings.current_sealing_key == "2027"
    assert list(settings.sealing_keys.get_secret_value()) == ["2027", "2026"]
    assert (settings.graphiql, settings.introspection) == (False, False)


def test_development_opens_introspection_unless_told_otherwise(production: dict[str, str]) -> None:
    development = production | {"ECARD_ENVIRONMENT": "development", "ECARD_GRAPHIQL": "false"}
    settings = read_settings(development)
    assert (settings.graphiql, settings.introspection) == (False, True)


def test_settings_do_not_change(production: dict[str, str]) -> None:
    settings = read_settings(production)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]  # that is what is tried


def test_no_secret_is_shown(production: dict[str, str]) -> None:
    settings = read_settings(production)
    for shown in (repr(settings), str(settings), str(settings.model_dump())):
        assert "hidden" not in shown
        assert production["ECARD_LOOKUP_KEY"] not in shown
        assert "b'" not in shown


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_setting_is_missed_by_name(production: dict[str, str], name: str) -> None:
    del production[f"ECARD_{name}"]
    assert f"- ECARD_{name}: it is missing." in complaints(production)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ENVIRONMENT", "staging", "'development' or 'production'"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("PORT", "http", "valid integer"),
        ("PUBLIC_URL", "card.example", "http or https address"),
        ("DATABASE_URL", "mysql://hidden-password", "must start with postgresql://"),
        ("REDIS_URL", "http://redis", "must start with redis:// or rediss:// or unix://"),
        ("SEALING_KEYS", "hidden-but-no-id", "id:base64"),
        ("SEALING_KEYS", "a:hidden-no-base64", "not base64"),
        ("SEALING_KEYS", f"a:{'A' * 43}=", "not random"),
        ("LOOKUP_KEY", b64encode(b"hidden-short").decode(), "12 bytes, and 32 are needed"),
        ("SIGNING_KEYS", "hidden-no-json", "no private JWKS"),
        ("SIGNING_KEYS", '{"keys": [{"kty": "EC", "kid": "abcd"}]}', "no private JWKS"),
        ("LIMIT_DEPTH", "0", "greater than or equal to 1"),
        ("GRAPHIQL", "perhaps", "valid boolean"),
        ("LIMIT_DEPHT", "9", "there is no such setting"),
        ("PORT_FILE", "/etc/hostname", "there is no such setting"),
        ("LOOKUP_KEY_FILE", "/etc/hostname", "ECARD_LOOKUP_KEY is given as well"),
        ("SMS_FILE", "/tmp/messages", "and not both"),
        ("PLACE_RETURN_MINUTES_MAX", "5", "more than ECARD_PLACE_RETURN_MINUTES_MIN"),
    ],
)
def test_bad_value_is_told_by_name(production: dict[str, str], name: str, value: str, said: str) -> None:
    told = complaints(production | {f"ECARD_{name}": value})
    assert f"ECARD_{name.replace('SMS_FILE', 'SMS_URL')}: " in told
    assert said in told


def test_two_sealing_keys_with_one_id(production: dict[str, str]) -> None:
    assert "same id" in complaints(production | {"ECARD_SEALING_KEYS": f"a:{key()} a:{key()}"})


def test_all_that_is_wrong_is_told_at_once(production: dict[str, str]) -> None:
    del production["ECARD_REDIS_URL"]
    told = complaints(production | {"ECARD_PORT": "x", "ECARD_REDSI_URL": "redis://redis"})
    assert len(told.splitlines()) == 4


def test_empty_value_is_none(production: dict[str, str]) -> None:
    assert read_settings(production | {"ECARD_PORT": "", "ECARD_OTLP_ENDPOINT": ""}).port == 8000


def test_adapter_without_its_secret(production: dict[str, str]) -> None:
    del production["ECARD_SMS_SECRET"]
    assert "ECARD_SMS_SECRET: it is missing" in complaints(production)


def test_secret_from_a_file(production: dict[str, str], tmp_path: Path) -> None:
    text = production.pop("ECARD_LOOKUP_KEY")
    (tmp_path / "key").write_text(text + "\n")
    settings = read_settings(production | {"ECARD_LOOKUP_KEY_FILE": str(tmp_path / "key")})
    assert b64encode(settings.lookup_key.get_secret_value()).decode() == text
    assert "ECARD_LOOKUP_KEY_FILE: the file cannot be read" in complaints(
        production | {"ECARD_LOOKUP_KEY_FILE": str(tmp_path / "none")}
    )


def test_demo_secrets_work_in_development_alone(production: dict[str, str], tmp_path: Path) -> None:
    demo = demo_secrets(tmp_path)
    assert read_settings(production | demo | {"ECARD_ENVIRONMENT": "development"}).current_sealing_key == "demo"
    told = complaints(production | demo)
    for name in demo:
        assert f"- {name}: a demo's secret is not for production." in told


def test_each_demo_secret_alone_is_refused(production: dict[str, str], tmp_path: Path) -> None:
    for name, value in demo_secrets(tmp_path).items():
        assert name in complaints(production | {name: value})


def test_old_demo_key_beside_a_new_one_is_refused_too(production: dict[str, str], tmp_path: Path) -> None:
    demo = demo_secrets(tmp_path)["ECARD_SEALING_KEYS"]
    assert "SEALING_KEYS" in complaints(production | {"ECARD_SEALING_KEYS": f"new:{key()} {demo}"})


@pytest.mark.parametrize("name", ["IDENTITY", "SMS"])
def test_production_refuses_file_adapters(production: dict[str, str], name: str) -> None:
    del production[f"ECARD_{name}_URL"]
    told = complaints(production | {f"ECARD_{name}_FILE": "/tmp/file"})
    assert f"ECARD_{name}_FILE: a file is not for production" in told


def test_production_shows_no_demo(production: dict[str, str]) -> None:
    assert "ECARD_DEMO_FILE: a file is not for production" in complaints(production | {"ECARD_DEMO_FILE": "/tmp/file"})


def test_production_wants_https(production: dict[str, str]) -> None:
    assert "without https" in complaints(production | {"ECARD_PUBLIC_URL": "http://card.example"})


def test_demo_secrets_are_kept_closed_and_fresh_for_each_demo(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = demo_secrets(tmp_path / "one")
    assert demo_secrets(tmp_path / "one") == first
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "one").iterdir()] == [0o600]
    assert not set(first.values()) & set(demo_secrets(tmp_path / "two").values())


def test_reference_is_up_to_date() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert page == reference(), "write it anew: python -m ecard.settings_reference > docs/reference/settings.md"
