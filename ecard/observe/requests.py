"""What is kept of each request once it is answered: a log line, a count, and a span where traces are on."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

from domain.viewer import Viewer
from ecard.observe.logs import RequestLog
from ecard.observe.metrics import Metrics
from ecard.transport.engine import Answer


class Tracer(Protocol):
    """`ecard.observe.traces.Tracing`, which is imported only where traces are on."""

    def start(self, headers: Mapping[bytes, bytes]) -> Any: ...

    def end(self, span: Any, transport: str, request_id: str, answer: Answer, status: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Observer:
    """`tracer`: None where no endpoint is configured."""

    log: RequestLog
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
        seconds = perf_counter() - started
        codes = answer.error_codes
        self.metrics.finished(answer.operation_kind, codes[0] if codes else "OK", seconds)
        self.log.graphql(transport, request_id, viewer, answer, status, seconds)
        if span is not None and self.tracer is not None:
            self.tracer.end(span, transport, request_id, answer, status)
