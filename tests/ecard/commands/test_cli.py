import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ecard import cli
from ecard.launch import failure
from ecard.launch.places import DATA_FOLDER, SETTINGS
from ecard.private_files import write_private
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


@pytest.mark.parametrize("name", ["web", "worker"])
def test_missing_settings_are_named(name: str) -> None:
    refused = run({}, name)
    assert refused.exit_code == 1
    assert "ECARD_DATABASE_URL: it is missing." in refused.stderr


class TestWithoutSettings:
    """Commands that look at a platform take the settings of the demo that runs in this folder."""

    COMMANDS = ("migrate", "demo", "doctor", "verify-log", "verify-ledger", "client list")

    @pytest.fixture
    def settings_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        return DATA_FOLDER / SETTINGS

    @pytest.mark.parametrize("line", COMMANDS)
    def test_demo_is_asked(self, settings_file: Path, environment: dict[str, str], line: str) -> None:
        write_private(settings_file, {**environment, "ECARD_DATABASE_URL": "postgresql:///ecard?host=/nowhere"})
        assert "The database does not answer" in run({}, *line.split()).stderr

    @pytest.mark.parametrize("line", COMMANDS)
    def test_neither_is_told_in_one_sentence(self, settings_file: Path, line: str) -> None:
        refused = run({}, *line.split())
        assert refused.exit_code == 1
        assert refused.stderr == "There are no settings (ECARD_…), and no demo runs in .ecard: start it with `ecard up`.\n"

    def test_own_settings_come_first(self, settings_file: Path, environment: dict[str, str]) -> None:
        write_private(settings_file, environment)
        assert "ECARD_REDIS_URL: it is missing." in run({"ECARD_DATABASE_URL": "postgresql:///x"}, "doctor").stderr

    def test_demo_of_another_account(self, settings_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def closed(_: Path) -> None:
            raise PermissionError

        monkeypatch.setattr(failure, "read_private", closed)
        assert run({}, "doctor").stderr == "The demo in .ecard belongs to another account: ask as that one.\n"
