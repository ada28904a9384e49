"""Checks that all platforms answer alike: the same data in the same order, and the same rows in the access log."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks import load
from benchmarks.platforms import Platform
from benchmarks.questions import Question
from db.connection import Connection

LAST = "select id from access_log order by id desc limit 1"
SINCE = """
select resident_id, actor_kind, actor_id, actor, care_step, purpose, kinds, break_glass, reason
from access_log where id > $1 order by resident_id
"""
BROKEN = """
select count(*) from access_log e join access_log b on b.resident_id = e.resident_id and b.entry = e.entry - 1
where e.previous <> b.digest
"""
HASHED = """
select count(*) from access_log where digest <> sha256(previous || convert_to(json_build_array(
    resident_id::text, entry::text, id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor_kind,
    actor_id::text, actor, care_step, purpose, array_to_string(kinds, ','), break_glass, reason)::text, 'UTF8'))
"""


class Different(Exception):
    """Two platforms do not answer alike."""


async def check(url: str, platforms: Sequence[Platform], question: Question, tokens: Sequence[str]) -> int:
    """Asks all platforms as each of these residents. The bytes of an answer, on average. Raises Different."""
    connection = await asyncpg.connect(url)
    try:
        sizes = [await _check(connection, platforms, question, token) for token in tokens]
        if await connection.fetchval(BROKEN) or await connection.fetchval(HASHED):
            raise Different("The chain of the access log is broken.")
        return sum(sizes) // len(sizes)
    finally:
        await connection.close()


async def _check(connection: Connection, platforms: Sequence[Platform], question: Question, token: str) -> int:
    answers = []
    for platform in platforms:
        last = await connection.fetchval(LAST) or UUID(int=0)
        await asyncio.sleep(0.002)  # Ids tell milliseconds apart, and no less.
        answer = await load.ask(platform.port, platform.request(question, token))
        data = orjson.loads(answer).get("data")
        if not data:
            raise Different(f"{platform.name} did not answer the question {question.name}: {answer[:500]!r}")
        recorded = [tuple(row) for row in await connection.fetch(SINCE, last)]
        answers.append((platform, answer, _ordered(data), recorded))
    first = answers[0]
    for other in answers[1:]:
        for what in (2, 3):
            if other[what] != first[what]:
                raise Different(
                    f"{question.name}: {first[0].name} and {other[0].name} differ:\n{first[what]!r}\n{other[what]!r}"
                )
    return len(first[1])


def _ordered(value: Any) -> Any:
    """With objects as lists of pairs, so that the order of their keys counts."""
    if isinstance(value, dict):
        return [(key, _ordered(inner)) for key, inner in value.items()]
    return [_ordered(inner) for inner in value] if isinstance(value, list) else value
