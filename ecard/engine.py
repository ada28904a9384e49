"""Answers GraphQL: a document seen before and a viewer known before cost a look-up, a statement, and its bytes.

The hot way is for queries and mutations: the plan's statement makes the JSON. What introspects goes through the executor, whose
root fields ask the same compiler, so that reading is written once.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import GraphQLError, GraphQLSchema
from graphql.execution.values import VariableValues

from db import notifications
from db.errors import is_disconnect
from db.pool import Pool
from domain.ids import Key
from domain.viewer import Viewer
from ecard.change import Asking, Changes
from ecard.documents import Document, Documents, Operation, check_cost
from ecard.errors import Code, RequestError, Text, answer_of_errors
from ecard.executor import execute
from ecard.mutations import Mutations
from ecard.payloads import Payloads
from ecard.questions import Question, Questions
from ecard.requests import request_of
from ecard.subscriptions import Find, ReadNew, Subscriptions
from ecard.transport.engine import Answer, GraphQLRequest
from ecard.variables import coerce
from plans.cache import Cache
from plans.mapping import Request
from plans.plan import Plan, Source, compile_query, compile_subscription
from plans.values import Values
from schema.changes import Change

ONLY_STREAMS = Text(
    "A subscription needs a stream: graphql-transport-ws, or Accept: text/event-stream.",
    "订阅需要使用流式连接：graphql-transport-ws，或 Accept: text/event-stream。",
)
ONLY_QUERIES = Text("GET is for queries; send this with POST.", "GET 仅支持查询，请使用 POST。")
Prepared = tuple[Plan, list[Any], int]


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """`cost`: of one operation. `plans`, `plan_characters`: how many plans are remembered, and of how much SQL together."""

    cost: int
    plans: int
    plan_characters: int


class _Unread(Exception):
    """The request is not well-formed. `kind`: of the operation, where that is what is wrong."""

    def __init__(self, errors: Sequence[Exception], kind: str | None = None) -> None:
        super().__init__()
        self.errors = errors
        self.kind = kind


class Engine:
    """One for each process."""

    def __init__(
        self,
        source: Source,
        changes: Mapping[str, Change],
        documents: Documents,
        carrying_out: Changes,
        pool: Pool,
        limits: EngineLimits,
        clock: Callable[[], Any],
        subscriptions: Subscriptions,
        push_public_key: str | None = None,
    ) -> None:
        self.source = source
        self.documents = documents
        self.pool = pool
        self.limits = limits
        self.clock = clock
        self.plans: Cache[tuple[object, ...], Plan] = Cache(limits.plans, limits.plan_characters, lambda plan: len(plan.sql))
        self._questions = Questions(limits.plans, limits.plan_characters)
        self.payloads = Payloads(source, clock, limits.plans, limits.plan_characters)
        self._subscriptions = subscriptions
        self._push_public_key = push_public_key
        self._mutations = Mutations(source, changes, carrying_out, self.payloads, limits.cost)

    @property
    def caches(self) -> Mapping[str, Cache[Any, Any]]:
        """All that is remembered, by name."""
        return {
            "documents": self.documents.cache,
            "plans": self.plans,
            "payloads": self.payloads.plans,
            "questions": self._questions.cache,
        }

    @property
    def schema(self) -> GraphQLSchema:
        return self.source.schema

    async def execute(self, request: GraphQLRequest, viewer: Viewer, language: str, request_id: str, address: str) -> Answer:
        """The whole answer as bytes. Never raises but for what cancels the request."""
        asker = request_of(viewer, self.clock, language, self._push_public_key)
        known = self._questions.find(request, asker)
        if known is not None:
            question, arguments = known
            return await self._answer(question, self._run(question.plan, arguments), request_id, language)
        return await self._look_at(request, asker, Asking(viewer, language, address), request_id)

    async def _look_at(self, request: GraphQLRequest, asker: Request, asking: Asking, request_id: str) -> Answer:
        """The answer to what may be anything."""
        kind: str | None = None
        language = asking.language
        try:
            document, operation, values = self._read(request)
            kind = operation.kind
            if kind == "subscription":
                raise _Unread([RequestError(Code.BAD_REQUEST, ONLY_STREAMS)], kind)
            if kind == "mutation":
                return await self._mutations.run(document, operation, values, asking, request_id)
            asked = Values(values, asker)
            plan, arguments, cost = self.prepare(document, operation, asked)
        except _Unread as unread:
            return answer_of_errors(unread.errors, request_id, language, request_error=True, kind=unread.kind)
        except GraphQLError as error:
            return answer_of_errors([error], request_id, language, request_error=True)
        except Exception as error:
            return answer_of_errors([error], request_id, language, kind=kind)
        tail = b',"extensions":{"cost":{"requested":%d,"maximum":%d}}}' % (cost, self.limits.cost)
        question = Question(document.text, operation.name, plan, operation.variables, tail)
        if operation.introspects:
            reading = execute(self.source, document, operation, request.variables, asked, self.pool)
            return await self._answer(question, reading, request_id, language)
        if not operation.ids and not plan.cost.varying:
            self._questions.keep(request, asker, question)
        return await self._answer(question, self._run(plan, arguments), request_id, language)

    def _read(self, request: GraphQLRequest) -> tuple[Document, Operation, VariableValues]:
        """What is asked, with its variables. Raises _Unread, GraphQLError."""
        document = self.documents.get(request.query or "")
        if document.errors:
            raise _Unread(document.errors)
        operation = document.operation(request.operation_name)
        if request.method_is_get and operation.kind != "query":
            raise _Unread([RequestError(Code.BAD_REQUEST, ONLY_QUERIES, status=405)], operation.kind)
        values = coerce(self.schema, operation.node, operation.variables, request.variables)
        if isinstance(values, list):
            raise _Unread(values)
        return document, operation, values

    async def subscribe(
        self, request: GraphQLRequest, viewer: Viewer, language: str, request_id: str, address: str
    ) -> Answer | AsyncGenerator[bytes, None]:
        """For transports that stream: a subscription's events, and of all else the one answer."""
        document = self.documents.get(request.query or "")
        if not any(operation.kind == "subscription" for operation in document.operations.values()):
            return await self.execute(request, viewer, language, request_id, address)
        try:
            document, operation, values = self._read(request)
            if operation.kind != "subscription":
                return await self.execute(request, viewer, language, request_id, address)
            asked = Values(values, request_of(viewer, self.clock, language, self._push_public_key))
            topic, new = self._subscriptions.watch(document, operation, asked)
            plan, arguments, _ = self.prepare(document, operation, asked)
        except _Unread as unread:
            return answer_of_errors(unread.errors, request_id, language, request_error=True, kind=unread.kind)
        except GraphQLError as error:
            return answer_of_errors([error], request_id, language, request_error=True, kind="subscription")
        if topic is None:
            return _nothing()
        if new is None:
            return self._subscriptions.stream(topic, lambda: self._run(plan, arguments))
        return self._subscriptions.news(topic, *self._of_resident(plan, asked, new))

    def _of_resident(self, plan: Plan, asked: Values, name: str) -> tuple[Find, ReadNew]:
        """How what the viewer is told is found, and read: the plan with its key provided as `name`."""
        request = asked.request
        resident_id: UUID = request.viewer["resident_id"]

        async def find(first: UUID) -> list[UUID]:
            async with self.pool.connection() as connection:
                return await notifications.since(connection, resident_id, first)

        async def read(id: UUID) -> bytes:
            provided = {**request.provided, name: Key(id, resident_id)}
            values = Values(asked.variables, request._replace(provided=provided))
            return await self._run(plan, [bind(values) for bind in plan.binders])

        return find, read

    def prepare(self, document: Document, operation: Operation, asked: Values) -> Prepared:
        """The plan, its parameters and its cost. Raises GraphQLError before anything has run."""
        plan = self.plan(document, operation, asked)
        cost = check_cost(plan.cost.of(asked), self.limits.cost)
        return plan, [bind(asked) for bind in plan.binders], cost

    def plan(self, document: Document, operation: Operation, asked: Values) -> Plan:
        request = asked.request
        key = (document.text, operation.name, operation.shape(asked.variables), request.kind, request.scopes)
        plan = self.plans.get(key)
        if plan is None:
            collector = document.collector(self.schema, asked.variables)
            compiled = compile_subscription if operation.kind == "subscription" else compile_query
            plan = compiled(self.source, collector, operation.node.selection_set, asked)
            self.plans.put(key, plan)
        return plan

    async def _answer(self, question: Question, reading: Awaitable[bytes], request_id: str, language: str) -> Answer:
        try:
            data = await reading
        except Exception as error:
            return answer_of_errors([error], request_id, language, kind="query")
        return Answer(b'{"data":%b%b' % (data, question.tail), False, question.name, "query", 1, (), None)

    async def _run(self, plan: Plan, arguments: list[Any]) -> bytes:
        try:
            return await self.pool.answer(plan.sql, arguments)
        except Exception as error:
            # A read by itself can be asked again; one that records whom it read might have been recorded.
            if plan.reads_others or not is_disconnect(error):
                raise
            return await self.pool.answer(plan.sql, arguments)


async def _nothing() -> AsyncGenerator[bytes, None]:
    """A stream that ends at once."""
    return
    yield
