import sys
from types import SimpleNamespace

import pytest

from ecard import cli
from tests.ecard.commands.support import run


def test_help_has_a_line_for_each_command() -> None:
    shown = run({}, "--help")
    assert shown.exit_code == 0
    for name, line in cli.COMMANDS.items():
        assert f"  {name} " in shown.output
        assert line in shown.output


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_tells_what_it_does(name: str) -> None:
    shown = run({}, name, "--help")
    assert shown.exit_code == 0
    assert shown.output.startswith(f"Usage: ecard {name} ")


def test_unknown_command() -> None:
    assert "No such command 'fly'" in run({}, "fly").output


@pytest.mark.parametrize("version", [(3, 10), (3, 13), (2, 7)])
def test_wrong_python_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int]) -> None:
    monkeypatch.setattr(cli, "sys", SimpleNamespace(version_info=version, exit=sys.exit))
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == (
        f"This program runs on Python 3.11 or 3.12, and this is Python {version[0]}.{version[1]}: "
        "install one of them, then `make up`."
    )


@pytest.mark.parametrize("name", ["web", "worker", "migrate", "demo", "doctor", "verify-log"])
def test_missing_settings_are_named(name: str) -> None:
    refused = run({}, name)
    assert refused.exit_code == 1
    assert "ECARD_DATABASE_URL: it is missing." in refused.stderr
