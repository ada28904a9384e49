"""The data that all platforms answer from: a large city in a PostgreSQL of its own, kept for the next run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.platforms import PEERS
from db.migrate import migrate
from ecard.demo.scale import load_scale
from ecard.demo.secrets import demo_secrets
from ecard.embedded import EmbeddedServers

# What a machine of production would have; the embedded default is for a laptop.
POSTGRES = {"shared_buffers": "512MB", "max_wal_size": "4GB", "autovacuum": "off"}


@dataclass(frozen=True, slots=True)
class City:
    """`environment`: the settings of a web process of it. `postgres`: the id of PostgreSQL's first process."""

    url: str
    postgres: int
    environment: dict[str, str]

    async def is_current(self) -> bool:
        """Whether it is empty, or has days to come: what is booked is ahead of us."""
        connection = await asyncpg.connect(self.url)
        try:
            if not await connection.fetchval("select to_regclass('slot') is not null"):
                return not await connection.fetchval("select to_regclass('resident') is not null")
            loaded = await connection.fetchval("select exists (select from resident)")
            ahead = "select exists (select from appointment where day > (now() at time zone 'Asia/Shanghai')::date)"
            return not loaded or bool(await connection.fetchval(ahead))
        finally:
            await connection.close()

    async def load(self, residents: int, say: Callable[[str], None]) -> None:
        """Migrates and fills it, if that has not been done, and makes PostGraphile's views anew."""
        connection = await asyncpg.connect(self.url)
        try:
            # Columns that they show could not be changed.
            await connection.execute("drop schema if exists postgraphile cascade")
            await migrate(connection, say)
            await load_scale(connection, residents, say)
            await connection.execute((PEERS / "postgraphile" / "schema.sql").read_text("utf-8"))
        finally:
            await connection.close()


@contextmanager
def city(folder: Path) -> Iterator[City]:
    """The city in this folder, whose servers run for as long as the block."""
    with EmbeddedServers(folder, durable=False, postgres_settings=POSTGRES) as servers:
        settings = {
            "ECARD_ENVIRONMENT": "development",
            "ECARD_PUBLIC_URL": "http://127.0.0.1",
            "ECARD_DATABASE_URL": servers.database_url,
            "ECARD_REDIS_URL": servers.redis_url,
            "ECARD_IDENTITY_FILE": str(folder / "registry.json"),
            "ECARD_SMS_FILE": str(folder / "sms.jsonl"),
            # It is one client that acts for all.
            "ECARD_LIMIT_REQUESTS_RESIDENT": "1000000",
            "ECARD_LIMIT_REQUESTS_INSTITUTION": "1000000",
        }
        yield City(servers.database_url, servers.postgres.pid, settings | demo_secrets(folder))
