from pathlib import Path

import pytest

from ecard.commands import schema
from schema import build
from tests.ecard.commands.support import run


def test_schema_is_printed_as_it_is_served() -> None:
    assert run({}, "schema").stdout == build.sdl(build.build())


def test_committed_schema_is_the_schema() -> None:
    checked = run({}, "schema", "--check")
    assert checked.exit_code == 0, checked.output


def test_difference_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = tmp_path / "schema.graphql"
    committed.write_text(build.sdl(build.build()).replace("serverTime", "serverClock"))
    monkeypatch.setattr(schema, "COMMITTED", committed)
    checked = run({}, "schema", "--check")
    assert checked.exit_code == 1
    assert "-  serverClock: DateTime!" in checked.stdout
    assert "+  serverTime: DateTime!" in checked.stdout
    assert "The schema has changed" in checked.stderr
