"""Making the files that were asked for: one job for all kinds, and what draws each."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import IO
from uuid import UUID

from db import files, outbox
from db.connection import Connection
from db.files import FileKind, NewFile
from db.outbox import Job
from workers.cards import card_picture, printed_page
from workers.exports import record_export
from workers.reports import report_page
from workers.tools import Drawing, Tools

# What reads all that the file shows, and gives what draws it; None when there is nothing to show any more.
Reads = Callable[[Connection, Tools, NewFile], Awaitable[Drawing | None]]

KINDS: Mapping[str, Reads] = MappingProxyType(
    {
        FileKind.CARD_IMAGE: card_picture,
        FileKind.PRINTED_CODE: printed_page,
        FileKind.REPORT: report_page,
        FileKind.RECORD_EXPORT: record_export,
    }
)


async def render_file(tools: Tools, job: Job) -> None:
    """Makes the file that `resident_id` and `id` name. One that was made or revoked in the meantime is left as it is."""
    resident_id, id = UUID(job.args["resident_id"]), UUID(job.args["id"])
    async with tools.pool.connection() as connection:
        file = await files.unmade(connection, resident_id, id)
        drawing = None if file is None else await KINDS[file.kind](connection, tools, file)
    # In a thread: other jobs go on while this one draws.
    drawn = nullcontext() if drawing is None else _opened(await asyncio.to_thread(drawing))
    with drawn as content:
        async with tools.pool.transaction() as connection:
            now = tools.clock()
            if await outbox.finish(connection, job, now) and file is not None and content is not None:
                await files.store(connection, file, content, now)


def _opened(drawn: bytes | IO[bytes]) -> IO[bytes]:
    return io.BytesIO(drawn) if isinstance(drawn, bytes) else drawn


async def file_failed(connection: Connection, job: Job) -> None:
    """After the last try: shows that there will be no file unless somebody retries the job."""
    await files.fail(connection, UUID(job.args["resident_id"]), UUID(job.args["id"]))
