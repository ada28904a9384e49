"""Migrations: numbered SQL files, forward only, each with its checksum; then the views, which are code and are made anew.

One process at a time migrates (an advisory lock); a lock that is not had in time gives up rather than queue up behind traffic.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from db.connection import Connection

FOLDER = Path(__file__).parent
LOCK = 4_403_001
VIEWS_KEY = "views"

_SETUP = """
create table if not exists schema_migration (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
)
"""


class MigrationError(Exception):
    """The database and the files disagree; the message says how."""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """The files in their order."""
    return [Migration(path.stem, path.read_text("utf-8")) for path in sorted((FOLDER / "migrations").glob("*.sql"))]


def views() -> Migration:
    """All views as one script: the schema `api` is dropped and made again in the same transaction."""
    parts = [path.read_text("utf-8") for path in sorted((FOLDER / "views").glob("*.sql"))]
    return Migration(VIEWS_KEY, "drop schema if exists api cascade;\ncreate schema api;\n" + "\n".join(parts))


async def migrate(connection: Connection, say: Callable[[str], None] = lambda line: None) -> list[str]:
    """Applies what is missing; the names of what was applied. Raises MigrationError when an applied file has changed."""
    await connection.execute("set lock_timeout = '5s'")
    await connection.execute("set statement_timeout = '10min'")
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute(_SETUP)
        applied = []
        for migration in await pending(connection):
            say(f"migrating: {migration.name}")
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "insert into schema_migration (name, checksum) values ($1, $2)"
                    " on conflict (name) do update set checksum = excluded.checksum, applied_at = now()",
                    migration.name,
                    migration.checksum,
                )
            applied.append(migration.name)
        return applied
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)
        await connection.execute("reset lock_timeout")
        await connection.execute("reset statement_timeout")


async def pending(connection: Connection) -> list[Migration]:
    """What is still to be applied. Raises MigrationError when what was applied is not what the files say."""
    exists = await connection.fetchval("select to_regclass('public.schema_migration') is not null")
    known = dict(await connection.fetch("select name, checksum from schema_migration")) if exists else {}
    files = migrations()
    unknown = set(known) - {migration.name for migration in files} - {VIEWS_KEY}
    if unknown:
        raise MigrationError(f"The database has migrations that this version does not know: {', '.join(sorted(unknown))}.")
    for migration in files:
        if known.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationError(f"The migration {migration.name} was changed after it was applied; write a new one instead.")
    missing = [migration for migration in files if migration.name not in known]
    latest = views()
    return [*missing, latest] if missing or known.get(VIEWS_KEY) != latest.checksum else []
