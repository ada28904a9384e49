import queue

import pytest

from ecard.launch import progress

PATIENCE = 30


def test_long_step_is_heard_of_with_its_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "FIRST", 0.001)
    monkeypatch.setattr(progress, "AGAIN", 0.001)
    lines: queue.Queue[str] = queue.Queue()
    with progress.step("Loading", lines.put) as doing:
        assert lines.get(timeout=PATIENCE) == "  Loading …"
        doing.say("7 of 9")
        while lines.get(timeout=PATIENCE) != "  Loading: 7 of 9 …":
            pass
    last = ""
    while not lines.empty():
        last = lines.get()
    assert last.startswith("✓ Loading (")


def test_step_that_fails_ends_with_a_cross() -> None:
    lines: list[str] = []
    with pytest.raises(ValueError, match="no"), progress.step("Loading", lines.append):
        raise ValueError("no")
    assert lines[-1].startswith("✗ Loading (")
