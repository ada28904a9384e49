"""Runs one server as a child that ends with its parent, however the parent ends.

Started by `ecard.embedded.server` as a process of its own, on the standard library alone:
`guard.py PARENT PID_FILE STOP_SIGNAL UID GID COMMAND…` (UID and GID are empty to stay who we are).
Standard input is the leash: when it closes, or when the parent is gone, the server gets its stop signal. Should this
process be killed itself, the kernel sends the server that signal (on Linux; elsewhere the next start cleans up).
A death signal set by the parent on the server would not do: it fires when the parent's *thread* ends.
"""

import ctypes
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
PATIENCE = 20.0  # seconds from the stop signal to SIGKILL


def run(command: list[str], stop_signal: int, user: int | None, group: int | None) -> "subprocess.Popen[bytes]":
    """Starts the server, as another account where one is given."""

    def end_with_guard() -> None:
        # After the change of account, which would clear it.
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop_signal)

    return subprocess.Popen(  # noqa: S603 - the command is the parent's
        command,
        stdin=subprocess.DEVNULL,
        user=user,
        group=group,
        extra_groups=None if user is None else [],
        preexec_fn=end_with_guard,
    )


def hold(server: "subprocess.Popen[bytes]", parent: int, stop_signal: int) -> None:
    """Waits for the end of the leash or of the parent, then ends the server."""
    # The parent is looked at too: a process that it forked may keep the leash open after it.
    while os.getppid() == parent and not select.select([0], [], [], 0.5)[0]:
        pass
    server.send_signal(stop_signal)
    time.sleep(PATIENCE)
    server.kill()


def main(arguments: list[str]) -> int:
    """Runs the server to its end and returns its exit code."""
    parent, stop_signal = int(arguments[0]), int(arguments[2])
    pid_file = Path(arguments[1])
    user, group = (int(text) if text else None for text in arguments[3:5])
    server = run(arguments[5:], stop_signal, user, group)
    # Whole or not at all: who waits for the server reads it at once.
    passing = pid_file.with_suffix(".new")
    passing.write_text(str(server.pid))
    passing.replace(pid_file)
    threading.Thread(target=hold, args=(server, parent, stop_signal), daemon=True).start()
    code = server.wait()
    # A new start may have put its own number there meanwhile.
    if pid_file.exists() and pid_file.read_text() == str(server.pid):
        pid_file.unlink()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
