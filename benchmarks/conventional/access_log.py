"""Writes down whom a request looked at, chained by hash, when it has been carried out and before its answer leaves."""

import hashlib
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
from strawberry.extensions import SchemaExtension

from benchmarks.conventional.context import Context
from benchmarks.conventional.loaders import Row
from domain.ids import new_id
from ecard.requests import PURPOSES

LOCK = """
select h.resident_id, h.entries, h.digest, (
    select w.care_step from visit w where w.resident_id = h.resident_id and w.institution_id = $2 and w.expires_at > now()
    order by w.id desc limit 1) as care_step
from log_head h where h.resident_id = any($1) order by h.resident_id for update of h
"""
INSERT = """
insert into access_log (resident_id, id, entry, at, actor_kind, actor_id, actor, care_step, purpose, kinds, previous, digest)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
MOVE = "update log_head set entries = $2, digest = $3 where resident_id = $1"


class RecordReads(SchemaExtension):
    """Runs around each operation."""

    async def on_execute(self) -> AsyncIterator[None]:
        yield
        context: Context = self.execution_context.context
        if context.seen:
            async with context.pool.acquire() as connection, connection.transaction():
                await _record(connection, context)


async def _record(connection: "asyncpg.Connection[Row]", context: Context) -> None:
    heads = await connection.fetch(LOCK, list(context.seen), context.viewer.institution_id)
    entries = [_entry(head, context, datetime.now(UTC)) for head in heads]
    await connection.executemany(INSERT, entries)
    await connection.executemany(MOVE, [(entry[0], entry[2], entry[-1]) for entry in entries])


def _entry(head: Row, context: Context, now: datetime) -> tuple[object, ...]:
    viewer = context.viewer
    resident_id, entry, id = head["resident_id"], head["entries"] + 1, new_id(now, os.urandom)
    kinds = sorted(context.kinds)
    row: list[object] = [str(resident_id), str(entry), str(id), now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")]
    actor_id, purpose = viewer.institution_id or viewer.resident_id, PURPOSES[viewer.kind]
    row += [str(viewer.kind), str(actor_id), viewer.name, head["care_step"], purpose, ",".join(kinds), False, None]
    digest = hashlib.sha256(head["digest"] + json.dumps(row, ensure_ascii=False).encode()).digest()
    actor = (str(viewer.kind), actor_id, viewer.name, head["care_step"])
    return (resident_id, id, entry, now, *actor, purpose, kinds, head["digest"], digest)
