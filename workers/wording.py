"""Files of words in TOML, read strictly: a text that is missing, or that names what it must not, is found at start-up."""

import tomllib
from collections.abc import Collection
from string import Formatter
from typing import Any

LANGUAGES = ("zh-CN", "en")


class BadTemplate(Exception):
    """A file of templates is not as it must be. The text says where and why."""


def read_tables(text: str) -> dict[str, Any]:
    """The file's tables by name. Raises BadTemplate."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTemplate(str(error)) from None


def must_be(found: Collection[str], expected: Collection[str]) -> None:
    """Raises BadTemplate unless there is a table for each event, and for nothing else."""
    if set(found) != set(expected):
        raise BadTemplate(f"missing or unknown events: {', '.join(sorted(set(found) ^ set(expected)))}")


def texts(found: Any, names: set[str], where: str) -> dict[str, str]:
    """The table's texts. Raises BadTemplate unless it has these, none of them empty, and nothing else."""
    if not isinstance(found, dict) or found.keys() != names or not all(isinstance(text, str) and text for text in found.values()):
        raise BadTemplate(f"{where}: it must have the texts {', '.join(sorted(names))}, and nothing else")
    return found


def allow(text: str, allowed: frozenset[str], where: str) -> None:
    """Raises BadTemplate where the text names another fact than these."""
    try:
        named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        raise BadTemplate(f"{where}: a brace that is not closed, or not opened") from None
    if named - allowed:
        raise BadTemplate(f"{where}: it must not name {', '.join(sorted(named - allowed))}")
