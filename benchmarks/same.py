"""Checks that all platforms answer alike: the same data in the same order, and the same rows in the access log."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks import load
from benchmarks.measure import PutBack
from benchmarks.platforms import Platform
from benchmarks.questions import Ask, Question
from db.connection import Connection
from domain.ids import new_id
from ecard.app import utc_now

LAST = "select id from access_log order by id desc limit 1"
WRITTEN = """
select 'audit ' || action as what, count(*) from audit where id > $1 group by action
union all select 'outbox ' || job, count(*) from outbox where id > $1 group by job
union all select 'ledger ' || event, count(*) from ledger_entry where id > $1 group by event
union all select 'key', count(*) from idempotency_key where created_at >= $2
order by what
"""
SINCE = """
select resident_id, actor_kind, actor_id, actor, care_step, purpose, kinds, break_glass, reason
from access_log where id > $1 order by resident_id
"""
BROKEN = """
select count(*) from access_log e where e.id > $1 and e.entry > 1 and e.previous is distinct from (
    select b.digest from access_log b where b.resident_id = e.resident_id and b.entry = e.entry - 1)
"""
HASHED = """
select count(*) from access_log where id > $1 and digest <> sha256(previous || convert_to(json_build_array(
    resident_id::text, entry::text, id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor_kind,
    actor_id::text, actor, care_step, purpose, array_to_string(kinds, ','), break_glass, reason)::text, 'UTF8'))
"""


class Different(Exception):
    """Two platforms do not answer alike."""


async def check(
    url: str, platforms: Sequence[Platform], question: Question, asks: Sequence[Ask], put_back: PutBack | None = None
) -> int:
    """Asks all platforms each of these. The bytes of an answer, on average. Raises Different. `put_back`: takes back what a
    question changed before the next platform is asked."""
    connection = await asyncpg.connect(url)
    began = new_id(utc_now(), bytes)
    answering = [platform for platform in platforms if platform.name in question.platforms]
    try:
        sizes = [await _check(connection, answering, question, ask, put_back) for ask in asks]
        if await connection.fetchval(BROKEN, began) or await connection.fetchval(HASHED, began):
            raise Different("The chain of the access log is broken.")
        return sum(sizes) // len(sizes)
    finally:
        await connection.close()


async def _check(
    connection: Connection, platforms: Sequence[Platform], question: Question, ask: Ask, put_back: PutBack | None
) -> int:
    answers = []
    for platform in platforms:
        last = await connection.fetchval(LAST) or UUID(int=0)
        await asyncio.sleep(0.002)  # Ids tell milliseconds apart, and no less.
        before = utc_now()
        since = (new_id(before, bytes), before)
        ahead = Counter(dict(await connection.fetch(WRITTEN, *since)))  # what the city has under ids of a time to come
        answer = await load.ask(platform.port, platform.request(question, ask))
        data = orjson.loads(answer).get("data")
        if not data:
            raise Different(f"{platform.name} did not answer the question {question.name}: {answer[:500]!r}")
        recorded = [tuple(row) for row in await connection.fetch(SINCE, last)]
        recorded += sorted((Counter(dict(await connection.fetch(WRITTEN, *since))) - ahead).items())
        if question.changes:
            assert put_back is not None
            await put_back()
        own = question.own.get(platform.name)
        answers.append((platform, answer, _ordered(own.shape(data) if own else data, question.changes), recorded))
    first = answers[0]
    for other in answers[1:]:
        for what in (2, 3):
            if other[what] != first[what]:
                raise Different(f"{question.name}: {first[0].name} and {other[0].name} differ:\n{first[what]!r}\n{other[what]!r}")
    return len(first[1])


def _ordered(value: Any, made: bool) -> Any:
    """With objects as lists of pairs, so that the order of their keys counts. `made`: the ids are of what was just made, so only
    their kind is compared."""
    if isinstance(value, dict):
        return [(key, inner[:1] if made and key == "id" else _ordered(inner, made)) for key, inner in value.items()]
    return [_ordered(inner, made) for inner in value] if isinstance(value, list) else value
