"""Traces through OpenTelemetry, where an OTLP endpoint is configured: a span for each GraphQL request, named after the semantic
conventions. The document and its values are in none; the client's span is continued where it sends a `traceparent`."""

from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ecard.transport.engine import Answer

# Faults of ours; what a client did wrong is no error of a server's span.
_FAULTS = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})


class Tracing:
    """Makes the spans of this process."""

    def __init__(self, processor: SpanProcessor, version: str) -> None:
        resource = Resource.create({"service.name": "ecard", "service.version": version})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("ecard", version)
        self._context = TraceContextTextMapPropagator()

    def start(self, headers: Mapping[bytes, bytes]) -> Span:
        """A span that begins now, beneath the client's if it named one that is well-formed."""
        sent = {name: headers[name.encode()].decode("latin-1") for name in self._context.fields if name.encode() in headers}
        return self._tracer.start_span("GraphQL Operation", self._context.extract(sent), SpanKind.SERVER)

    def end(self, span: Span, transport: str, request_id: str, answer: Answer, status: int) -> None:
        """Ends it with what came of the request."""
        if span.is_recording():
            if answer.operation_kind:
                # Not the operation's name as well: clients choose it, and there would be no end of names.
                span.update_name(answer.operation_kind)
                span.set_attribute("graphql.operation.type", answer.operation_kind)
            if answer.operation:
                span.set_attribute("graphql.operation.name", answer.operation[:100])
            span.set_attribute("ecard.transport", transport)
            span.set_attribute("ecard.request_id", request_id)
            span.set_attribute("ecard.statements", answer.statements)
            span.set_attribute("http.response.status_code", status)
            if answer.error_codes:
                span.set_attribute("error.type", answer.error_codes[0])
            if not _FAULTS.isdisjoint(answer.error_codes):
                span.set_status(Status(StatusCode.ERROR))
        span.end()

    def close(self) -> None:
        """Sends what waits. It may take seconds where the endpoint does not answer: call it outside the event loop."""
        self._provider.shutdown()


def exporting(endpoint: str, version: str) -> Tracing:
    """Traces to an OTLP endpoint over HTTP, such as `http://collector:4318`, in the background."""
    return Tracing(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")), version)
