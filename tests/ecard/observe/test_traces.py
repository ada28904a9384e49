"""Traces: one span for each request, named as others name theirs, without what was asked."""

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from ecard.observe.traces import Tracing
from tests.ecard.transport.drivers import ask, post, socket
from tests.ecard.transport.fakes import world

TRACE = b"0af7651916cd43dd8448eb211c80319c"
PARENT = (b"traceparent", b"00-" + TRACE + b"-b7ad6b7169203331-01")
UNSAMPLED = (b"traceparent", b"00-" + TRACE + b"-b7ad6b7169203331-00")


def tracing() -> tuple[Tracing, InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    return Tracing(SimpleSpanProcessor(exporter), "1.2.3"), exporter


async def spans_of(query: str, *headers: tuple[bytes, bytes]) -> list[ReadableSpan]:
    tracer, exporter = tracing()
    await ask(world(tracer=tracer).front, query, *headers)
    return list(exporter.get_finished_spans())


async def test_a_span_is_named_after_the_kind_of_operation() -> None:
    (span,) = await spans_of('query Hello { hello(name: "Zhang") }', (b"x-request-id", b"abc"))
    assert (span.name, span.kind, span.parent) == ("query", SpanKind.SERVER, None)
    assert dict(span.attributes or {}) == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "Hello",
        "ecard.transport": "http",
        "ecard.request_id": "abc",
        "ecard.statements": 1,
        "http.response.status_code": 200,
    }
    assert span.resource.attributes["service.name"] == "ecard"
    assert span.status.status_code is StatusCode.UNSET


async def test_a_span_continues_the_clients() -> None:
    (span,) = await spans_of("{ hello }", PARENT)
    assert span.context is not None
    assert format(span.context.trace_id, "032x").encode() == TRACE
    assert span.parent is not None
    assert await spans_of("{ hello }", UNSAMPLED) == []


async def test_a_parent_that_is_none_is_passed_over() -> None:
    for value in (b"", b"00-zz", b"\xff", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"):
        (span,) = await spans_of("{ hello }", (b"traceparent", value))
        assert span.parent is None


async def test_faults_are_errors_and_what_clients_do_wrong_is_not() -> None:
    (fault,) = await spans_of("{ boom }")
    assert fault.status.status_code is StatusCode.ERROR
    assert (fault.attributes or {})["error.type"] == "INTERNAL_SERVER_ERROR"
    (wrong,) = await spans_of("{ nothing }")
    assert (wrong.name, wrong.status.status_code) == ("GraphQL Operation", StatusCode.UNSET)
    assert (wrong.attributes or {})["error.type"] == "GRAPHQL_VALIDATION_FAILED"


async def test_nothing_of_the_values_is_in_a_span() -> None:
    tracer, exporter = tracing()
    body = {"query": "query A($name: String) { hello(name: $name) boom }", "variables": {"name": "Zhang"}}
    await post(world(tracer=tracer).front, body)
    (span,) = exporter.get_finished_spans()
    assert "Zhang" not in span.to_json()
    assert "nobody may read" not in span.to_json()


async def test_operations_of_a_socket_have_spans_too() -> None:
    tracer, exporter = tracing()
    async with socket(world(tracer=tracer).front) as client:
        await client.initialise()
        client.subscribe("1", "subscription { count(to: 1) }")
        while (await client.hear())["type"] == "next":
            pass
    (span,) = exporter.get_finished_spans()
    assert span.name == "subscription"
    tracer.close()
