"""The pool: bounded in connections, in statements and in patience."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from db.errors import is_disconnect, is_timeout
from db.pool import Pool, PoolExhaustedError, PoolOptions
from ecard.settings import Settings
from ecard.tools import pool_options

PREPARED = "select count(*) from pg_prepared_statements where statement like 'select convert_to%'"


@pytest.fixture
def options(settings: Settings) -> PoolOptions:
    """One connection, three statements."""
    return replace(pool_options(settings, "tests of the pool"), size=1, prepared_statements=3, wait=0.05)


@pytest.fixture
async def one(options: PoolOptions) -> AsyncIterator[Pool]:
    """A pool of one connection."""
    pool = Pool(options)
    yield pool
    await pool.close()


def statement(number: int) -> str:
    return f"select convert_to($1::text || '{number}', 'UTF8')"


async def test_it_answers_and_keeps_the_statement_prepared(one: Pool) -> None:
    assert [await one.answer(statement(1), [text]) for text in ("a", "b")] == [b"a1", b"b1"]
    async with one.connection() as connection:
        assert await connection.fetchval(PREPARED) == 1


async def test_statements_are_bounded_and_the_one_used_longest_ago_goes(one: Pool) -> None:
    for number in (1, 2, 3, 1, 4, 5):
        await one.answer(statement(number), ["x"])
    async with one.connection() as connection:
        kept = await connection.fetch("select statement from pg_prepared_statements where statement like 'select convert_to%'")
        # One that was forgotten is closed when the next is made.
        assert {statement(1), statement(4), statement(5)} <= {row[0] for row in kept}
        assert len(kept) <= 4


async def test_whoever_waits_too_long_is_told(one: Pool) -> None:
    async with one.connection():
        with pytest.raises(PoolExhaustedError) as exhausted:
            await one.acquire()
    assert is_timeout(exhausted.value)
    assert await one.answer(statement(1), ["still "]) == b"still 1"


async def test_whoever_waits_gets_what_is_given_back(options: PoolOptions) -> None:
    pool = Pool(replace(options, wait=5.0))
    held = await pool.acquire()
    asking = asyncio.create_task(pool.answer(statement(1), ["then "]))
    await asyncio.sleep(0)
    assert (pool.in_use, pool.waiting) == (1, 1)
    pool.release(held)
    assert await asking == b"then 1"
    assert (pool.in_use, pool.waiting) == (0, 0)
    await pool.close()


async def test_a_turn_is_passed_on_when_it_comes_too_late(options: PoolOptions) -> None:
    pool = Pool(replace(options, wait=5.0))
    held = await pool.acquire()
    gone, next_one = [asyncio.create_task(pool.answer(statement(1), [text])) for text in ("gone", "next")]
    await asyncio.sleep(0)
    pool.release(held)
    gone.cancel()
    async with asyncio.timeout(2):
        assert await next_one == b"next1"
    assert gone.cancelled()
    await pool.close()


async def test_a_broken_connection_is_replaced(one: Pool) -> None:
    await one.answer(statement(1), ["x"])
    with pytest.raises(Exception, match="terminat") as broken:
        await one.answer("select pg_terminate_backend(pg_backend_pid())::text::bytea", [])
    assert is_disconnect(broken.value)
    assert await one.answer(statement(1), ["new "]) == b"new 1"
    assert one.in_use == 0
