"""Dockerfile and compose.yaml say only what is true of the program."""

import re

import pytest

from ecard.settings import PREFIX, Settings, is_secret
from tests.repo.support import PACKAGES, ROOT, files, text_of

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()


def is_setting(name: str) -> bool:
    field = name.removeprefix(PREFIX).lower()
    return field in Settings.model_fields or (field.endswith("_file") and is_secret(field.removesuffix("_file")))


def test_the_image_has_each_package_and_nothing_else() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    let_in = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied == set(PACKAGES)
    assert let_in == {*PACKAGES, "requirements", "LICENSE"}


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


@pytest.mark.parametrize("text", [DOCKERFILE, COMPOSE], ids=["Dockerfile", "compose.yaml"])
def test_each_setting_exists(text: str) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", text))
    assert named
    assert all(is_setting(name) for name in named)


def test_the_documents_name_settings_that_exist() -> None:
    named = {name for path in files(".md") for name in re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", text_of(path))}
    assert not {name for name in named if not is_setting(name)}


def test_the_containers_are_given_all_that_is_required() -> None:
    required = {name for name, field in Settings.model_fields.items() if field.is_required() and field.annotation is not bool}
    for name in required:
        assert re.search(rf"^    {PREFIX}{name.upper()}(_FILE)?: ", COMPOSE, re.MULTILINE), name


def test_each_secret_is_a_file() -> None:
    for name in re.findall(rf"^    {PREFIX}(\w+)_FILE: ", COMPOSE, re.MULTILINE):
        assert f"{PREFIX}{name}_FILE: /run/secrets/{name.lower()}\n" in COMPOSE
        assert f"    - {name.lower()}\n" in COMPOSE
        assert f"  {name.lower()}: {{file: ./secrets/{name.lower()}}}\n" in COMPOSE
