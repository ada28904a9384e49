"""The data that all platforms answer from: a large city in a PostgreSQL of its own, kept for the next run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from db.migrate import migrate
from ecard.demo.scale import load_scale
from ecard.demo.secrets import demo_secrets
from ecard.embedded import EmbeddedServers

# What a machine of production would have; the embedded default is for a laptop.
POSTGRES = {"shared_buffers": "512MB", "max_wal_size": "4GB", "autovacuum": "off"}
ASKERS = """
select s.resident_id, s.id as session_id, s.app_id, r.full_name
from session s join resident r using (resident_id)
where $1 is false or exists (select from family_member m where m.resident_id = s.resident_id)
order by sha256(uuid_send(s.resident_id)) limit $2
"""
# Everyone's entries and their number: what a request adds is told from it.
ENTRIES = """
select resident_id, actor_kind, actor_id, actor, care_step, purpose, kinds, break_glass, reason
from access_log where actor_id = $1 and id > $2 order by resident_id
"""


@dataclass(frozen=True, slots=True)
class Asker:
    """A resident who is signed in."""

    resident_id: UUID
    session_id: UUID
    app_id: UUID
    full_name: str


@dataclass(frozen=True, slots=True)
class City:
    """`environment`: the settings of a web process of it. `postgres`: the id of PostgreSQL's first process."""

    url: str
    postgres: int
    environment: dict[str, str]

    async def load(self, residents: int, say: Callable[[str], None]) -> None:
        """Migrates and fills it, if that has not been done."""
        connection = await asyncpg.connect(self.url)
        try:
            await migrate(connection, say)
            await load_scale(connection, residents, say)
        finally:
            await connection.close()

    async def askers(self, carers: bool, count: int) -> list[Asker]:
        """Signed-in residents from all over the city, always the same; `carers`: only those with a family."""
        connection = await asyncpg.connect(self.url)
        try:
            return [Asker(**row) for row in await connection.fetch(ASKERS, carers, count)]
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
        }
        yield City(servers.database_url, servers.postgres.pid, settings | demo_secrets(folder))
