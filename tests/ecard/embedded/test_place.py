"""Where the embedded servers stand, and whom they run as."""

import os
import pwd
import shutil
from pathlib import Path

import asyncpg
import psutil
import pytest

from ecard.embedded import EmbeddedError, EmbeddedServers, place, throwaway_servers
from ecard.embedded.account import unprivileged
from ecard.embedded.programs import PostgresPrograms, postgres_programs
from tests.ecard.embedded.support import ROOT, python_for, recall, remember, run_program

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the account")


def test_unwritable_folder_is_one_clear_sentence(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(EmbeddedError, match=r"^.*/file/data cannot be written \(.*\): choose another data folder\.$"):
        EmbeddedServers(folder / "file" / "data").__enter__()


async def test_folder_whose_path_no_socket_can_have(folder: Path) -> None:
    far = folder / ("很长的路径 %20,?" * 4) / ("x" * 100)
    far.parent.mkdir(mode=0o711)
    far.parent.chmod(0o711)
    with EmbeddedServers(far, durable=False) as servers:
        await remember(servers)
        servers.postgres.restart()
        assert await recall(servers) == (7, b"7")
        sockets = [servers.postgres.sockets, servers.redis.sockets]
    assert not any(path.exists() for path in sockets)


async def test_throwaway_servers_leave_no_folder() -> None:
    with throwaway_servers() as servers:
        await remember(servers)
        left = servers.postgres.log.parent
        assert left.exists()
    assert not left.exists()


@AS_ROOT
async def test_closed_folder_keeps_its_data_in_a_private_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "PRIVATE", (folder / "private",))
    data = folder / "closed" / "data"
    (folder / "closed").mkdir(mode=0o700)
    with EmbeddedServers(data) as servers:
        await remember(servers)
        first = servers.postgres.home
    assert first.is_relative_to(folder / "private")
    assert first.stat().st_mode & 0o077 == 0
    assert (folder / "closed").stat().st_mode & 0o777 == 0o700
    with EmbeddedServers(data) as servers:
        assert await recall(servers) == (7, b"7")
    shutil.rmtree(data)
    with EmbeddedServers(data) as servers, pytest.raises(asyncpg.UndefinedTableError):
        await recall(servers)
    assert not first.exists()


@AS_ROOT
def test_data_to_throw_away_leave_no_private_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "PRIVATE", (folder / "private",))
    (folder / "closed").mkdir(mode=0o700)
    with EmbeddedServers(folder / "closed" / "data", redis=False, durable=False) as servers:
        home = servers.postgres.home
        assert home.is_relative_to(folder / "private")
    assert not home.parent.exists()


@AS_ROOT
async def test_programs_out_of_reach_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "PRIVATE", (folder / "private",))
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    found = postgres_programs()
    hidden = PostgresPrograms(closed)
    shutil.copytree(found.install, hidden.install)
    if found.libraries.exists():
        shutil.copytree(found.libraries, hidden.libraries)
    monkeypatch.setattr("ecard.embedded.postgres.postgres_programs", lambda: hidden)
    for _ in range(2):  # the second time finds the copy
        with EmbeddedServers(folder / "data", redis=False, durable=False) as servers:
            assert psutil.Process(servers.postgres.pid).exe().startswith(str(folder / "private"))


@AS_ROOT
def test_root_and_an_ordinary_user_one_after_the_other(folder: Path) -> None:
    nobody = unprivileged(folder / "none")
    python = python_for(nobody)
    if python is None or nobody.run(["/bin/sh", "-c", f"test -r {ROOT}/Makefile"]).returncode != 0:
        pytest.skip("an ordinary user reaches no fitting Python or not this clone")
    for name, account in (("first", None), ("second", nobody), ("third", None)):
        (folder / name).mkdir(mode=0o711)
        if account:
            nobody.own(folder / name)
        run_program(folder / name, account, python)
    # And in one folder: root runs an ordinary user's servers as that user, who can use them again.
    for account in (None, nobody):
        run_program(folder / "second", account, python)
    owners = {path.owner() for path in (folder / "second").rglob("*")}
    assert owners == {pwd.getpwuid(nobody.uid or 0).pw_name}
