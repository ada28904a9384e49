"""What is kept of each request once it is answered: a log line, a count, and a span where traces are on."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter, time
from typing import Any, Protocol

from domain.viewer import Viewer
from ecard.observe.logs import Finished, Lines, graphql_line, http_line
from ecard.observe.metrics import Metrics
from ecard.transport.engine import Answer


class Tracer(Protocol):
    """`ecard.observe.traces.Tracing`, which is imported only where traces are on."""

    def start(self, headers: Mapping[bytes, bytes]) -> Any: ...

    def end(self, span: Any, transport: str, request_id: str, answer: Answer, status: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Observer:
    """Lines and counts are made a moment later, together. `tracer`: None where no endpoint is configured."""

    lines: Lines
    metrics: Metrics
    tracer: Tracer | None = None

    def start(self, headers: Mapping[bytes, bytes]) -> Any:
        """To be given to `finish`: the request's span, or None."""
        return self.tracer.start(headers) if self.tracer else None

    def finish(
        self,
        transport: str,
        request_id: str,
        started: float,
        viewer: Viewer | None,
        answer: Answer,
        status: int,
        span: Any,
    ) -> None:
        """Once for each operation, when its answer has been sent. `started`: of `perf_counter`."""
        values = (
            time(),
            perf_counter() - started,
            transport,
            request_id,
            viewer,
            answer.operation_kind,
            answer.operation,
            answer.error_codes,
            answer.statements,
            status,
        )
        self.lines.add(self._settle, values)
        if span is not None and self.tracer is not None:
            self.tracer.end(span, transport, request_id, answer, status)

    def finish_http(self, request_id: str, started: float, method: str, route: str, status: int) -> None:
        """Once for each request that is no GraphQL."""
        seconds = perf_counter() - started
        self.metrics.finished("http", f"{status // 100}xx", seconds)
        self.lines.add(http_line, (time(), request_id, method, route, status, seconds))

    def _settle(self, *values: Any) -> bytes:
        done = Finished(*values)
        self.metrics.finished(done.kind, done.codes[0] if done.codes else "OK", done.seconds)
        return graphql_line(done)
