"""Whoever reads of somebody else is written down by the statement that reads, once for each resident and request, in a chain."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from db.connection import Connection, Record
from domain.viewer import Viewer
from ecard.embedded import EmbeddedServers
from ecard.transport.engine import GraphQLRequest
from plans.plan import Source
from tests.plans.reading import city
from tests.plans.reading.city import VIEWERS, number
from tests.plans.reading.texts import public_id
from tests.plans.reading.ways import OneConnection, engine_over

HOSPITAL, CARER, RESIDENT = VIEWERS["institution with two visits"], VIEWERS["carer"], VIEWERS["resident"]


@pytest.fixture(scope="module")
def log_url(servers: EmbeddedServers) -> str:
    """A city whose access log grows: what is read here stays read."""
    return asyncio.run(city.build(servers.database_url, "access_log"))


@pytest.fixture
async def connection(log_url: str) -> AsyncIterator[Connection]:
    opened = await city.connect(log_url)
    yield opened
    await opened.close()


async def ask(source: Source, connection: Connection, viewer: Viewer, text: str, **variables: Any) -> Any:
    """The answer's data, the hot way."""
    engine = engine_over(source, OneConnection(connection))
    answer = await engine.execute(GraphQLRequest(text, None, variables, None, False), viewer, "en", "r", "a")
    return json.loads(answer.body).get("data")


async def log_of(connection: Connection) -> dict[int, list[Record]]:
    """Resident's number → the entries of their log, oldest first."""
    found: dict[int, list[Record]] = {}
    for row in await connection.fetch("select * from access_log order by entry"):
        found.setdefault(int(str(row["resident_id"])[-12:]), []).append(row)
    return found


def card(resident: int) -> str:
    return public_id("Card", number(101), number(resident))


def visit(resident: int, n: int) -> str:
    return public_id("Visit", number(n), number(resident))


def person(resident: int) -> str:
    return public_id("Resident", number(resident))


TWO, ALL = ["CARD", "IDENTITY"], ["CARD", "IDENTITY", "VISIT"]
FAMILY = "familyMembers { resident { fullName card { number } } }"


@pytest.mark.parametrize(
    ("viewer", "document", "seen"),
    [
        (CARER, f"{{ me {{ {FAMILY} }} }}", {1: TWO, 2: TWO}),
        (CARER, "{ me { card { number } familyMembers { resident { fullName } } } }", {1: ["IDENTITY"], 2: ["IDENTITY"]}),
        (CARER, f'{{ a: node(id: "{card(1)}") {{ id }} b: resident(id: "{person(1)}") {{ sex }} }}', {1: TWO}),
        (CARER, f'{{ node(id: "{card(1)}") {{ id }} __type(name: "Card") {{ name }} __typename }}', {1: ["CARD"]}),
        (CARER, f'{{ node(id: "{card(5)}") {{ id }} resident(id: "{person(5)}") {{ id }} }}', {}),
        (CARER, f'{{ nodes(ids: ["{card(1)}", "{card(1)}", "{card(9)}", "{person(2)}"]) {{ id }} }}', {1: TWO, 2: TWO}),
        (RESIDENT, "{ me { fullName card { number scans { nodes { id } } holder { sex } image { url } } sessions { id } } }", {}),
        (RESIDENT, f'{{ resident {{ fullName }} node(id: "{card(1)}") {{ id }} r: resident(id: "{person(1)}") {{ id }} }}', {}),
        (RESIDENT, "{ institutions { nodes { name departments { name } } } serverTime }", {}),
        (HOSPITAL, f'{{ node(id: "{visit(6, 300)}") {{ ... on Visit {{ careStep }} }} }}', {6: ["VISIT"]}),
        (HOSPITAL, f'{{ node(id: "{visit(6, 300)}") {{ ... on Visit {{ card {{ number }} resident {{ id }} }} }} }}', {6: ALL}),
        (HOSPITAL, f'{{ nodes(ids: ["{visit(8, 300)}", "{card(8)}", "{person(7)}"]) {{ id }} client {{ id }} }}', {7: ALL}),
        (HOSPITAL, f'query {{ resident(id: "{person(6)}") {{ familyMembers {{ __typename }} }} }}', {6: ["IDENTITY"]}),
        (VIEWERS["operator"], "{ operations { failedJobs { nodes { id } } } }", {}),
        (VIEWERS["anonymous"], f'{{ node(id: "{card(6)}") {{ __typename }} }}', {}),
    ],
)  # fmt: skip
async def test_one_row_for_each_resident_and_request(
    connection: Connection, source: Source, viewer: Viewer, document: str, seen: Mapping[int, list[str]]
) -> None:
    before = {resident: len(rows) for resident, rows in (await log_of(connection)).items()}
    assert await ask(source, connection, viewer, document) is not None
    new = {resident: rows[before.get(resident, 0) :] for resident, rows in (await log_of(connection)).items()}
    assert {resident: [row["kinds"] for row in rows] for resident, rows in new.items() if rows} == {r: [k] for r, k in seen.items()}
    for rows in new.values():
        for row in rows:
            assert row["actor_id"] == (viewer.institution_id or viewer.resident_id)
            assert (row["actor_kind"], row["actor"], row["break_glass"]) == (viewer.kind, viewer.name, False)
            assert row["purpose"] == ("FAMILY" if viewer is CARER else "CARE")


async def test_the_step_of_the_visit_is_told(connection: Connection, source: Source) -> None:
    await ask(source, connection, HOSPITAL, f'{{ node(id: "{card(7)}") {{ id }} }}')
    await ask(source, connection, CARER, f'{{ node(id: "{card(1)}") {{ id }} }}')
    log = await log_of(connection)
    assert (log[7][-1]["care_step"], log[1][-1]["care_step"]) == ("COLLECT_MEDICINE", None)


async def test_a_read_that_is_undone_was_none(connection: Connection, source: Source) -> None:
    document = f'{{ node(id: "{card(1)}") {{ id }} }}'
    before = await log_of(connection)
    transaction = connection.transaction()
    await transaction.start()
    await ask(source, connection, CARER, document)
    assert len((await log_of(connection))[1]) == len(before.get(1, [])) + 1
    await transaction.rollback()
    assert await log_of(connection) == before
    await ask(source, connection, CARER, document)
    await chains_hold(connection)


async def test_what_cannot_be_recorded_is_not_answered(connection: Connection, source: Source) -> None:
    before = await log_of(connection)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("delete from log_head where resident_id = $1", number(2))
    assert await ask(source, connection, CARER, f"{{ me {{ {FAMILY} }} }}") is None
    await transaction.rollback()
    assert await log_of(connection) == before


async def test_parallel_readers_of_the_same_people_keep_the_chains_whole(
    connection: Connection, source: Source, log_url: str
) -> None:
    """Each reads the same residents in an order of its own; nobody waits for ever, and no entry is lost."""
    before = {resident: len(rows) for resident, rows in (await log_of(connection)).items()}
    named = [replace(CARER, name='"引号" \\ slash\n\t\x01 𠮷·<>&é'), RESIDENT, replace(HOSPITAL, name="深圳市人民医院")]
    people = {0: [1, 2], 1: [2, 3], 2: [1, 6, 7]}
    rounds, readers = 12, 6

    async def read(reader: int, opened: Connection) -> None:
        for turn in range(rounds):
            ids = [person(n) for n in people[reader % 3]]
            Random(reader * rounds + turn).shuffle(ids)
            answer = await ask(source, opened, named[reader % 3], "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
            assert [node["id"] for node in answer["nodes"]] == ids

    async with AsyncExitStack() as stack:
        opened = [await city.connect(log_url) for _ in range(readers)]
        for one in opened:
            stack.push_async_callback(one.close)
        await asyncio.gather(*(read(reader, one) for reader, one in enumerate(opened)))
    after = {resident: len(rows) - before.get(resident, 0) for resident, rows in (await log_of(connection)).items()}
    each = rounds * readers // 3
    assert {resident: after[resident] for resident in (1, 2, 3, 6, 7)} == {1: 2 * each, 2: 2 * each, 3: each, 6: each, 7: each}
    await chains_hold(connection)


async def chains_hold(connection: Connection) -> None:
    """Works every digest out anew, by the words of docs/reference/access-log.md."""
    heads: dict[UUID, Any] = {row["resident_id"]: row for row in await connection.fetch("select * from log_head")}
    log = await log_of(connection)
    assert log
    for rows in log.values():
        previous = bytes(32)
        for place, row in enumerate(rows, 1):
            assert row["entry"] == place
            at = row["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            entry = [str(row["resident_id"]), str(place), str(row["id"]), at, row["actor_kind"], str(row["actor_id"]), row["actor"],
                     row["care_step"], row["purpose"], ",".join(row["kinds"]), row["break_glass"], row["reason"]]  # fmt: skip
            digest = hashlib.sha256(previous + json.dumps(entry, ensure_ascii=False).encode()).digest()
            assert (row["previous"], row["digest"]) == (previous, digest)
            previous = digest
        head = heads[rows[0]["resident_id"]]
        assert (head["entries"], head["digest"]) == (len(rows), previous)


def test_the_reference_gives_the_algorithm() -> None:
    """Its example comes to the digest that it says."""
    text = (Path(__file__).parents[2] / "docs/reference/access-log.md").read_text("utf-8")
    entry, digest = next(block for block in text.split("```") if block.startswith("\n[")).split("\n")[1:3]
    assert hashlib.sha256(bytes(32) + entry.encode()).hexdigest() == digest
    assert json.dumps(json.loads(entry), ensure_ascii=False) == entry
