"""migrate, demo, verify-log, verify-ledger, web, up and tour: what they say, and how they refuse."""

import errno
import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from ecard.launch.failure import Failure
from ecard.launch.ports import check_free
from outside.vapid import VapidKey
from tests.acceptance.demo import ecard
from tests.ecard.commands.support import run


def test_migrate_a_second_time(environment: dict[str, str]) -> None:
    assert run(environment, "migrate").stdout == "The database is up to date.\n"


def test_demo_city_needs_its_files(environment: dict[str, str]) -> None:
    refused = run({**environment, "ECARD_DEMO_FILE": ""}, "demo")
    assert refused.exit_code == 1
    assert "The demo city needs ECARD_IDENTITY_FILE and ECARD_DEMO_FILE" in refused.stderr


def test_verify_log(environment: dict[str, str]) -> None:
    assert " residents.\n" in run(environment, "verify-log").stdout


def test_verify_ledger(environment: dict[str, str]) -> None:
    assert run(environment, "verify-ledger").stdout.endswith("Each is as the ledger says.\n")


def test_new_vapid_key() -> None:
    made = dict(line.split() for line in run({}, "new-vapid-key").stdout.splitlines())
    assert VapidKey(made["private"]).public == made["public"]
    assert made != dict(line.split() for line in run({}, "new-vapid-key").stdout.splitlines())


def test_occupied_port(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused = run(environment, "web", "--port", port)
    assert refused.exit_code == 1
    assert refused.stderr == (
        f"Port {port} on 127.0.0.1 cannot be had (another program listens there): choose another with --port.\n"
    )


def test_host_that_is_not_ours(environment: dict[str, str]) -> None:
    refused = run(environment, "web", "--host", "203.0.113.1", "--port", "0")
    assert refused.exit_code == 1
    assert "on 203.0.113.1 cannot be had" in refused.stderr


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    refused = ecard("up", "--port", "0", "--data", str(file / "data"))
    assert refused.returncode == 1
    assert f"{file / 'data'} cannot be written (Not a directory): choose another data folder." in refused.stderr


def test_ready_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = ecard("up", "--port", "0", "--data", str(tmp_path / "data"), "--ready-file", str(tmp_path / "file" / "ready"))
    assert refused.returncode == 1
    assert refused.stderr == f"{tmp_path / 'file' / 'ready'} cannot be written (Not a directory): choose another place for it.\n"


def test_up_with_a_bad_setting_of_its_callers(tmp_path: Path) -> None:
    refused = ecard("up", "--port", "0", "--data", str(tmp_path), environment={**os.environ, "ECARD_DATABASE_URL": "mysql://x"})
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        "The settings are not right:",
        "- ECARD_DATABASE_URL: must start with postgresql:// or postgres://.",
    ]


def test_port_that_only_root_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied (while attempting to bind on address ('127.0.0.1', 80))")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(Failure, match=r"^Port 80 on 127\.0\.0\.1 cannot be had \(Permission denied\): choose another"):
        check_free("127.0.0.1", 80)


def test_tour_without_a_demo(tmp_path: Path) -> None:
    missing = run({}, "tour", "--ready-file", str(tmp_path / "demo.json"))
    assert missing.exit_code == 1
    assert "start the demo with `ecard up`" in missing.stderr
    (tmp_path / "demo.json").write_text("no")
    assert "is no ready file." in run({}, "tour", "--ready-file", str(tmp_path / "demo.json")).stderr


def test_tour_of_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    ready = {"url": url, "clients": {"operator": {"id": "a", "secret": "b"}}, "applicants": [], "smsFile": ""}
    (tmp_path / "demo.json").write_text(json.dumps(ready))
    refused = run({}, "tour", "--ready-file", str(tmp_path / "demo.json"))
    assert refused.exit_code == 1
    assert f"The server at {url} does not answer" in refused.stderr
