"""The secrets of a new installation."""

from pathlib import Path

from ecard.new_secrets import new_secrets
from ecard.settings import read_settings


def test_production_starts_with_them(tmp_path: Path) -> None:
    made = new_secrets(tmp_path / "secrets")
    from_files = {f"ECARD_{name.upper()}_FILE": str(tmp_path / "secrets" / name) for name in made if name != "database_password"}
    settings = read_settings(
        from_files
        | {
            "ECARD_PUBLIC_URL": "https://card.example",
            "ECARD_REDIS_URL": "redis://redis",
            "ECARD_IDENTITY_URL": "https://registry.example",
            "ECARD_IDENTITY_SECRET": "one",
            "ECARD_SMS_URL": "https://sms.example",
            "ECARD_SMS_SECRET": "another",
        }
    )
    password = (tmp_path / "secrets" / "database_password").read_text()
    assert settings.database_url.get_secret_value() == f"postgresql://ecard:{password}@postgres/ecard"


def test_what_is_there_stays(tmp_path: Path) -> None:
    made = new_secrets(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert new_secrets(tmp_path) == []
    (tmp_path / "database_url").unlink()
    assert new_secrets(tmp_path) == ["database_url"]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before
    assert set(made) == set(before)


def test_only_the_owner_reaches_them(tmp_path: Path) -> None:
    new_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
