"""A demo's own secrets: random for each demo, kept in its folder, refused by production."""

import json
import os
from pathlib import Path

from ecard.keys import new_demo_keys

FILE = "secrets.json"


def demo_secrets(folder: Path) -> dict[str, str]:
    """The secrets of the demo in `folder`, by the names of their settings (`ECARD_…`); the first time they are made.

    The file is readable by its owner only.
    """
    file = folder / FILE
    if not file.exists():
        passing = file.with_suffix(".new")
        with open(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump({f"ECARD_{name.upper()}": text for name, text in new_demo_keys().items()}, out)
        passing.replace(file)
    found: dict[str, str] = json.loads(file.read_text())
    return found
