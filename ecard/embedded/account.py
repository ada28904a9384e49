"""The account that runs a server."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ecard.embedded.errors import EmbeddedError

# Nothing of our own environment reaches the servers: it holds secrets.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account by its ids; without them, the one that runs this program."""

    uid: int | None = None
    gid: int | None = None

    def run(self, command: list[str], text: str = "") -> "subprocess.CompletedProcess[str]":
        """Runs a program to its end as this account, with `text` as its input."""
        return subprocess.run(  # noqa: S603 - our own programs
            command,
            input=text,
            capture_output=True,
            text=True,
            cwd="/",
            env=ENVIRONMENT,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def can_write(self, folder: Path) -> bool:
        """Whether this account reaches the folder and may write there: asked of the system, not worked out."""
        return self.run(["/bin/sh", "-c", 'test -w "$1"', "sh", str(folder)]).returncode == 0

    def can_run(self, program: Path) -> bool:
        """Whether this account reaches the program and its libraries."""
        try:
            return self.run([str(program), "--version"]).returncode == 0
        except OSError:
            return False

    def own(self, folder: Path) -> None:
        """Makes a folder that only this account (and root) can enter."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def owner_of(folder: Path) -> Account:
    """For root: the account whose data these are already, so that it can use them again itself. Else: us."""
    if os.geteuid() == 0 and folder.exists() and folder.stat().st_uid != 0:
        return Account(folder.stat().st_uid, folder.stat().st_gid)
    return Account()


def unprivileged(folder: Path) -> Account:
    """Who may run PostgreSQL on the data in `folder`: it refuses to run as root."""
    owner = owner_of(folder)
    if os.geteuid() != 0 or owner.uid is not None:
        return owner
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and there is no account 'nobody' to run it: start this as another user."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)
