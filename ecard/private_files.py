"""Files that only their owner can read: a demo's secrets, its city, its ready file."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_private(path: Path, content: Mapping[str, Any] | Sequence[Any]) -> None:
    """Writes JSON that only its owner can read. The file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, passing = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=2)
            file.write("\n")
        os.replace(passing, path)
    except BaseException:
        Path(passing).unlink(missing_ok=True)
        raise


def read_private(path: Path) -> dict[str, Any] | None:
    """What `write_private` wrote, or None when there is no such file."""
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return content
