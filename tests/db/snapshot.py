"""db/schema.sql: what all migrations and views together make, as PostgreSQL's own dump says it.

`make snapshots` writes it anew; a test compares.
"""

import subprocess
import sys
from pathlib import Path

import asyncpg

from db.connection import Connection
from db.migrate import migrate
from ecard.embedded import throwaway_servers
from ecard.embedded.programs import postgres_programs

SNAPSHOT = Path(__file__).parents[2] / "db" / "schema.sql"
HEAD = "-- The schema that db/migrations and db/views make, written by `make snapshots`. Not to be edited, and not to be applied.\n"
# Differs from server to server, and says nothing of ours.
_NOISE = ("--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict")


def dump(database_url: str) -> str:
    """The schema of a database, without owners, comments and settings."""
    programs = postgres_programs()
    command = [str(programs.program("pg_dump")), "--schema-only", "--no-owner", "--no-privileges", database_url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith(_NOISE)]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]
    return HEAD + "\n" + "\n".join(kept).strip() + "\n"


async def write() -> None:
    """Makes a database of its own, and the snapshot of it."""
    with throwaway_servers(redis=False) as servers:
        connection: Connection = await asyncpg.connect(servers.database_url)
        await migrate(connection)
        await connection.close()
        SNAPSHOT.write_text(dump(servers.database_url), "utf-8")


if __name__ == "__main__":
    import asyncio

    asyncio.run(write())
    sys.stdout.write(f"{SNAPSHOT.name} is written.\n")
