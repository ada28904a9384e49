"""What the engine remembers of questions, and for whom."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Self, cast
from uuid import UUID

import orjson
import pytest

from db.pool import Pool
from domain.ids import PublicId
from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.change import Changes
from ecard.documents import Documents
from ecard.engine import Engine, EngineLimits
from ecard.limits import DocumentLimits
from ecard.subscriptions import Subscriptions
from ecard.transport.engine import Answer, GraphQLRequest
from plans.plan import Source
from schema import build

ME = "query Me { me { id } }"
RESIDENT = "query Resident($id: ID, $full: Boolean = false) { resident(id: $id) { id fullName @include(if: $full) } }"
SCOPES = frozenset({"card:read"})
ONE = Viewer(ViewerKind.RESIDENT, resident_id=UUID(int=1), session_id=UUID(int=11), scopes=SCOPES, name="一")
TWO = Viewer(ViewerKind.RESIDENT, resident_id=UUID(int=2), session_id=UUID(int=12), scopes=SCOPES, name="二")
NOBODY = Viewer(ViewerKind.RESIDENT, resident_id=UUID(int=3), session_id=UUID(int=13), name="三")


class Statements:
    """Stands where the pool does, and remembers what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[Any]]] = []

    async def answer(self, sql: str, arguments: Sequence[Any]) -> bytes:
        self.asked.append((sql, arguments))
        return b"{}"

    async def fetchval(self, sql: str, *arguments: Any) -> bytes:
        return await self.answer(sql, arguments)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Self]:
        yield self


@pytest.fixture(scope="module")
def source() -> Source:
    schema = build.build()
    return Source(build.graphql_schema(schema), build.mapping(schema))


@pytest.fixture
def statements() -> Statements:
    return Statements()


@pytest.fixture
def engine(source: Source, statements: Statements) -> Engine:
    """Remembers four questions."""
    limits = DocumentLimits(tokens=1_000, errors=5, directives=10, depth=10, aliases=10, mutations=5)
    documents = Documents(source.schema, limits, True, 100, 1_000_000)
    pool, changes = cast(Pool, statements), cast(Changes, None)
    remembered, now = EngineLimits(1_000, 4, 100_000), datetime(2026, 1, 1, tzinfo=UTC)
    return Engine(source, {}, documents, changes, pool, remembered, lambda: now, cast(Subscriptions, None))


async def ask(
    engine: Engine, text: str, viewer: Viewer, variables: dict[str, Any] | None = None, name: str | None = None
) -> Answer:
    request = GraphQLRequest(text, name, variables, None, False)
    return await engine.execute(request, viewer, "en", "request", "127.0.0.1")


async def test_a_question_is_looked_at_once_and_each_viewer_is_answered_for_themselves(
    engine: Engine, statements: Statements
) -> None:
    answers = [await ask(engine, ME, viewer) for viewer in (ONE, TWO, ONE)]
    assert len({answer.body for answer in answers}) == 1
    assert {(answer.operation, answer.operation_kind) for answer in answers} == {("Me", "query")}
    assert [arguments for _, arguments in statements.asked] == [[UUID(int=1)], [UUID(int=2)], [UUID(int=1)]]
    assert len({sql for sql, _ in statements.asked}) == 1
    assert (engine.documents.cache.misses, engine.documents.cache.hits, engine.caches["questions"].hits) == (1, 0, 2)


async def test_what_one_may_ask_another_may_not(engine: Engine, statements: Statements) -> None:
    answers = [await ask(engine, ME, viewer) for viewer in (ONE, NOBODY, ANONYMOUS, ONE)]
    assert [answer.error_codes for answer in answers] == [(), ("FORBIDDEN",), ("UNAUTHENTICATED",), ()]
    assert len(statements.asked) == 2


@pytest.mark.parametrize("variables", [None, {}, {"id": None}, {"full": False, "id": None}])
async def test_defaults_stand_for_variables_that_are_left_out(
    engine: Engine, statements: Statements, variables: dict[str, Any] | None
) -> None:
    for _ in range(2):
        await ask(engine, RESIDENT, ONE, variables)
    assert engine.caches["questions"].hits == 1
    assert all("full_name" not in sql for sql, _ in statements.asked)


async def test_null_and_booleans_decide_upon_the_plan(engine: Engine, statements: Statements) -> None:
    one, two = (PublicId("R", viewer.resident_id).encode() for viewer in (ONE, TWO) if viewer.resident_id)
    for _ in range(2):
        for variables in ({"full": True}, {"full": False}, {"id": one}, {"id": two, "full": True}):
            await ask(engine, RESIDENT, TWO, variables)
    assert ["full_name" in sql for sql, _ in statements.asked] == [True, False, False, True] * 2
    assert [UUID(int=1) in arguments for _, arguments in statements.asked] == [False, False, True, False] * 2


@pytest.mark.parametrize("variables", [{"id": 5.5}, {"id": []}, {"full": "yes"}, {"full": 1}, {"full": None}, {"id": {}}])
async def test_values_of_another_type_are_refused_each_time(
    engine: Engine, statements: Statements, variables: dict[str, Any]
) -> None:
    text = RESIDENT.replace("Boolean", "Boolean!")
    await ask(engine, text, ONE, {name: "x" if name == "id" else True for name in variables})
    for _ in range(2):
        assert (await ask(engine, text, ONE, variables)).error_codes == ("BAD_USER_INPUT",)
    assert len(statements.asked) == 1


async def test_a_cursor_that_is_none_is_refused_each_time(engine: Engine, statements: Statements) -> None:
    text = "query($after: String) { institutions(first: 2, after: $after) { nodes { id } } }"
    cursor = urlsafe_b64encode(orjson.dumps(["C1", str(UUID(int=1))])).decode().rstrip("=")
    codes = [(await ask(engine, text, ONE, {"after": after})).error_codes for after in (cursor, "none", cursor, "none")]
    assert codes == [(), ("BAD_USER_INPUT",)] * 2
    assert len(statements.asked) == 2


async def test_the_ids_of_node_are_looked_at_each_time(engine: Engine, statements: Statements) -> None:
    text = "query($id: ID!) { node(id: $id) { __typename } }"
    for letter in "IDI":
        await ask(engine, text, ONE, {"id": PublicId(letter, UUID(int=1)).encode()})
    assert ["api.department" in sql for sql, _ in statements.asked] == [False, True, False]


async def test_operations_of_one_document_are_told_apart(engine: Engine, statements: Statements) -> None:
    text = "query A { me { id } } query B { me { fullName } }"
    names = [(await ask(engine, text, ONE, name=name)).operation for name in ("A", "B", "A", "B")]
    assert names == ["A", "B", "A", "B"]
    assert (await ask(engine, text, ONE)).error_codes == ("OPERATION_RESOLUTION_FAILURE",)
    assert ["full_name" in sql for sql, _ in statements.asked] == [False, True, False, True]


async def test_the_memory_of_questions_is_bounded(engine: Engine) -> None:
    for number in range(9):
        await ask(engine, ME, ONE, {f"unheard{number}": None})
    assert len(engine.caches["questions"]) == 4


async def test_the_schema_itself_is_never_remembered_as_a_question(engine: Engine) -> None:
    for _ in range(2):
        answer = await ask(engine, "{ __schema { queryType { name } } }", ONE)
        assert orjson.loads(answer.body)["data"] == {"__schema": {"queryType": {"name": "Query"}}}
    assert len(engine.caches["questions"]) == 0


async def test_the_cost_is_told_each_time(engine: Engine) -> None:
    costs = [orjson.loads((await ask(engine, ME, ONE)).body)["extensions"]["cost"] for _ in range(2)]
    assert costs == [{"requested": 2, "maximum": 1_000}] * 2
