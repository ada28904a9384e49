"""A demo's own secrets: random for each demo, kept in its folder, refused by production."""

from pathlib import Path

from ecard.keys import new_demo_keys
from ecard.private_files import read_private, write_private

FILE = "secrets.json"


def demo_secrets(folder: Path) -> dict[str, str]:
    """The secrets of the demo in `folder`, by the names of their settings (`ECARD_…`); the first time they are made.

    The file is readable by its owner only.
    """
    file = folder / FILE
    if not file.exists():
        write_private(file, {f"ECARD_{name.upper()}": text for name, text in new_demo_keys().items()})
    return read_private(file) or {}
