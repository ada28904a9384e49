"""What clients send makes nothing grow: neither the process, nor PostgreSQL's sessions, nor what a page costs deep in a list."""

import json
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any

import pytest

from db.connection import Connection
from db.pool import Pool, PoolOptions
from domain.viewer import Viewer
from ecard.documents import Documents
from ecard.engine import Engine, EngineLimits
from ecard.requests import request_of
from ecard.transport.engine import GraphQLRequest
from ecard.variables import coerce
from plans.plan import Source
from plans.values import Values
from tests.plans.reading import city
from tests.plans.reading.city import VIEWERS, number
from tests.plans.reading.generate import write
from tests.plans.reading.texts import cursor, public_id
from tests.plans.reading.values import Dice
from tests.plans.reading.ways import CLOCK, UNLIMITED, Bench, OneConnection, engine_over

FEW = 20
RESIDENT, OPERATOR = VIEWERS["resident"], VIEWERS["operator"]


@pytest.fixture
async def pool(city_url: str) -> AsyncIterator[Pool]:
    """One connection, which keeps few statements."""
    pool = Pool(PoolOptions(city_url, 1, city.PUBLIC_URL, prepared_statements=FEW))
    yield pool
    await pool.close()


@pytest.fixture
def engine(source: Source, pool: Pool) -> Engine:
    """An engine that keeps few documents and plans."""
    documents = Documents(source.schema, UNLIMITED, True, FEW, 10**9)
    return engine_over(source, pool, EngineLimits(10**6, FEW, 10**9), documents)


async def ask(engine: Engine, text: str, **variables: Any) -> Any:
    answer = await engine.execute(GraphQLRequest(text, None, variables, None, False), RESIDENT, "en", "r", "a")
    return json.loads(answer.body)["data"]


async def prepared(pool: Pool) -> int:
    """How many statements the pool's one connection holds in PostgreSQL, beside this one."""
    async with pool.connection() as connection:
        held = await connection.fetchval("select count(*) from pg_prepared_statements where statement not like '%pg_prepared%'")
        return int(held)


async def kept(engine: Engine) -> dict[str, int]:
    """How much of each kind is remembered, in the process and in PostgreSQL."""
    return {name: len(cache) for name, cache in engine.caches.items()} | {"statements": await prepared(engine.pool)}


async def test_ever_new_documents(engine: Engine) -> None:
    for n in range(5 * FEW):
        assert await ask(engine, f"{{ me {{ a{n}: fullName }} }}") is not None
    assert await kept(engine) == {"documents": FEW, "plans": FEW, "questions": FEW, "payloads": 0, "statements": FEW}


async def test_ever_new_values_of_directives(engine: Engine) -> None:
    names = "abcdefg"
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: fullName @include(if: ${name})" for name in names)
    document = f"query({declared}) {{ me {{ {fields} }} }}"
    for n in range(2 ** len(names)):
        shown = {name: bool(n >> place & 1) for place, name in enumerate(names)}
        assert list((await ask(engine, document, **shown))["me"]) == [name for name in names if shown[name]]
    assert await kept(engine) == {"documents": 1, "plans": FEW, "questions": FEW, "payloads": 0, "statements": FEW}


async def test_ever_new_values_share_one_plan(engine: Engine) -> None:
    document = """query($n: Int, $c: String, $id: ID!, $f: InstitutionFilter) {
        me { card { scans(first: $n, after: $c) { nodes { id } } } } node(id: $id) { id } institutions(filter: $f) { totalCount }
    }"""
    for n in range(3 * FEW):
        ids = public_id("Card", number(n), number(1))
        after = cursor(CLOCK, number(n))
        await ask(engine, document, n=n, c=after, id=ids, f={"text": f"x{n}"})
    found = await kept(engine)
    assert (found["documents"], found["plans"], found["statements"]) == (1, 1, 1)
    assert found["questions"] <= 1


def test_every_question_is_one_statement(bench: Bench) -> None:
    dice, asked = Dice(Random(7)), 0
    while asked < 40:
        who = dice.one(list(VIEWERS))
        document = write(dice, bench.clients[who])
        if bench.plainly(document, VIEWERS[who]).errors:
            continue
        bench.pool.statements.clear()
        bench.hot(document, VIEWERS[who])
        assert len(bench.pool.statements) == 1
        bench.executed(document, VIEWERS[who])
        assert len(bench.pool.statements) == 2
        asked += 1


MANY, NEWEST_CARD = 20_000, number(102)
SCANS = """insert into scan
select resident_id, gen_random_uuid(), $3, institution_id, null, care_step, care_setting, purpose, outcome, terminal_id,
    terminal_kind, timestamptz '2020-01-01 00:00+08' + n / 3 * interval '1 minute', false
from scan, generate_series(1, $4) n where resident_id = $1 and id = $2"""
JOBS = """insert into outbox (lane, id, job, args, state, run_at, created_at, finished_at)
select n % 16, ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, 'x', '{}', 'failed', now(), now(), now()
from generate_series(1, $1) n"""
# A row in the middle of each list: the values of its order.
MIDDLE = {
    "scan": "select scanned_at, id from scan where offline = false order by scanned_at, id offset 10000 limit 1",
    "outbox": "select id from outbox where state = 'failed' order by id offset 10000 limit 1",
}
PAGE = "nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


@pytest.fixture
async def big(city_url: str) -> AsyncIterator[Connection]:
    """The city with long lists, for as long as the test lasts."""
    connection = await city.connect(city_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(SCANS, number(1), number(401), NEWEST_CARD, MANY)
    await connection.execute(JOBS, MANY)
    await connection.execute("analyze scan, outbox")
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.mark.parametrize(
    ("viewer", "document", "table", "condition"),
    [
        (RESIDENT, "query($c: String) { me { card { scans(first: 20, after: $c) { PAGE } } } }", "scan", "ROW(scanned_at, id) < "),
        (RESIDENT, "query($c: String) { me { card { scans(last: 20, before: $c) { PAGE } } } }", "scan", "ROW(scanned_at, id) > "),
        (OPERATOR, "query($c: String) { operations { failedJobs(first: 20, after: $c) { PAGE } } }", "outbox", "id < "),
        (OPERATOR, "query($c: String) { operations { failedJobs(last: 20, before: $c) { PAGE } } }", "outbox", "id > "),
    ],
)
async def test_a_page_deep_in_a_list_costs_what_the_first_costs(
    big: Connection, source: Source, viewer: Viewer, document: str, table: str, condition: str
) -> None:
    document = document.replace("PAGE", PAGE)
    middle = cursor(*(await big.fetchrow(MIDDLE[table])).values())
    first = await explained(big, source, viewer, document, None)
    deep = await explained(big, source, viewer, document, middle)
    # One row more tells of a page that follows, and one of a page before.
    assert rows_read(first, table) == 20 + 1
    assert rows_read(deep, table) == 20 + 1 + 1
    assert any(condition in node.get("Index Cond", "") for node in nodes(deep) if node.get("Relation Name") == table)
    *_, page = (node for node in nodes(deep) if node["Node Type"] == "Limit" and rows_read(node, table) > 1)
    assert not [below for below in nodes(page) if "Sort" in below["Node Type"]]


async def explained(connection: Connection, source: Source, viewer: Viewer, text: str, after: str | None) -> Any:
    """How PostgreSQL carries the question's statement out, with a plan that knows no values."""
    engine = engine_over(source, OneConnection(connection))
    document = engine.documents.get(text)
    operation = document.operation(None)
    values = coerce(source.schema, operation.node, operation.variables, {"c": after} if after else {})
    assert not isinstance(values, list)
    plan, arguments, _ = engine.prepare(document, operation, Values(values, request_of(viewer, engine.clock)))
    literals = ", ".join("null" if value is None else f"'{_written(value)}'" for value in arguments)
    await connection.execute(f"prepare page as {plan.sql}")
    text = await connection.fetchval(f"explain (analyze, format json) execute page{f'({literals})' if literals else ''}")
    await connection.execute("deallocate page")
    return json.loads(text)[0]["Plan"]


def _written(value: Any) -> str:
    """The value as PostgreSQL writes it."""
    return f"{{{','.join(map(_written, value))}}}" if isinstance(value, list) else str(value)


def nodes(plan: Any) -> Iterator[Any]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def rows_read(plan: Any, table: str) -> int:
    """How many rows of the table were touched, whether they held or not."""
    found = [node for node in nodes(plan) if node.get("Relation Name") == table]
    touched: list[float] = [(n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"] for n in found]
    return round(sum(touched))
