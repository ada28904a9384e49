"""A child that ends, with a command that does so at once; that children end with us is shown in tests/acceptance."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from ecard.launch.children import Child


def ended(folder: Path, clock: Callable[[], float] = time.monotonic) -> Child:
    """A child that has ended by itself."""
    child = Child(["--help"], os.environ, folder, clock)
    child.start()
    child.wait()
    return child


def test_child_that_ended_starts_again(tmp_path: Path) -> None:
    child = ended(tmp_path)
    told = child.revive()
    assert told is not None
    assert "ended with code 0" in told
    assert child.revive() is None
    assert child.deaths == 1
    child.stop()
    assert not child.running
    assert "Usage: " in child.log.read_text()
    assert child.log.stat().st_mode & 0o077 == 0


def test_child_that_keeps_dying_waits_longer_each_time(tmp_path: Path) -> None:
    now = 1000.0
    child = ended(tmp_path, lambda: now)
    pauses = []
    for _ in range(4):
        told = child.revive()
        assert told is not None
        pauses.append(told.partition("starts again in ")[2].partition(" s")[0])
        assert child.revive() is None
        now += 40.0
        assert child.revive() is None
        child.wait()
    child.stop()
    assert pauses == ["0", "1", "2", "4"]


def test_last_words(tmp_path: Path) -> None:
    child = Child(["--help"], os.environ, tmp_path)
    assert child.last_words() == ""
    child.log.write_text("a\nb\nc\nd\n")
    assert child.last_words(2) == "c\nd"
