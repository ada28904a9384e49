"""What the guards of the repository look at."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("schema", "plans", "resolvers", "domain", "db", "workers", "outside", "ecard")
# Written by others or by programs: not ours to shape.
VENDORED = "ecard/web/vendor/"
GENERATED = ("requirements/", "tests/node/package-lock.json", "schema/schema.graphql", "db/schema.sql", "LICENSE")


@cache
def files(*endings: str, ours: bool = True) -> tuple[Path, ...]:
    """The repository's files, those not yet added too. `ours`: without what is vendored or generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    names = sorted(name for name in listed.split("\0") if name)
    if ours:
        names = [name for name in names if not name.startswith((VENDORED, *GENERATED))]
    return tuple(path for name in names if (path := ROOT / name).suffix in (endings or (path.suffix,)) and path.is_file())


def text_of(path: Path) -> str:
    """A file's text; of a picture or a font, nothing."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


@cache
def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())
