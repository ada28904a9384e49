"""A tutorial, carried out as a newcomer would: each block of shell after the one before, in one shell."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.acceptance.demo import PATIENCE, Demo

BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:```(?:json|text)\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
BETWEEN = "\036\n"
CONSTANT = re.compile(r"[A-Z]+(_[A-Z]+)*")


class Step(NamedTuple):
    """A block of shell; what the page says that it prints, None where it says nothing; what it printed."""

    shell: str
    told: str | None
    printed: str


def carry_out(page: Path, demo: Demo) -> list[Step]:
    """Runs a page against a demo that is kept in a folder `.ecard`."""
    blocks = BLOCK.findall(page.read_text("utf-8"))
    script = f"printf '{BETWEEN}'\n".join(shell for shell, _ in blocks)
    script = script.replace("http://127.0.0.1:8000", demo.ready["url"]).replace(".venv/bin", str(Path(sys.executable).parent))
    done = subprocess.run(["sh", "-eu", "-c", script], cwd=demo.folder.parent, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    printed = done.stdout.split(BETWEEN)
    return [Step(shell, told or None, out) for (shell, told), out in zip(blocks, printed, strict=True)]


def shape(text: str) -> list[Any]:
    """What must be the same each time: of JSON its members, its constants and its nulls, of other lines their first word."""
    return [_shape(json.loads(line)) if line.startswith("{") else line.split()[0] for line in text.splitlines() if line.strip()]


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value]
    if isinstance(value, str) and not CONSTANT.fullmatch(value):
        return "…"
    return value if isinstance(value, str | bool) or value is None else 0
