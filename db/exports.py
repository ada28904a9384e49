"""Everything that is stored about a resident, a row at a time. The statements stand in exports.sql and exports_affairs.sql."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from db.connection import Connection

PAGE = 200  # rows that are in memory at once


def _sections(text: str) -> Mapping[str, str]:
    """Name of each section → its statement."""
    parts = (part.split("\n", 1) for part in text.split("-- section ")[1:])
    return MappingProxyType({name: statement.strip().rstrip(";") for name, statement in parts})


SECTIONS = _sections("".join(Path(__file__).with_name(name).read_text("utf-8") for name in ("exports.sql", "exports_affairs.sql")))


async def resources(connection: Connection, resident_id: UUID) -> AsyncIterator[tuple[str, str]]:
    """(section, resource as JSON), in the order of SECTIONS, in each the newest first; all as of one moment. However much there is,
    a page of it is in memory."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for section, statement in SECTIONS.items():
            async for row in connection.cursor(statement, resident_id, prefetch=PAGE):
                yield section, row["resource"]
