"""Logs: one JSON object a line on standard output, one line for each request, and nothing personal in any.

So the text of an exception is never written: a database quotes the row in it. Its class, where it was raised and what a database
error says about the schema are, and that is enough to find the place. Development may switch the text on.
"""

import asyncio
import logging
import os
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from domain.viewer import Viewer

# Of the request that the running task answers; every line that is logged meanwhile carries it.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
# What database errors carry besides their text; names of things in the schema, never values.
_SAFE_DETAILS = ("sqlstate", "table_name", "column_name", "constraint_name")
# A pipe takes up to this much at once, so lines of several processes do not end up within each other.
_ATOMIC = 4_096
_LONGEST_NAME = 100


def configure_logging(level: str, *, exception_texts: bool = False) -> None:
    """Sends everything that is logged to standard output as JSON lines; call it once, before anything else logs. `level`: as in
    `logging`. Give uvicorn `log_config=None` and `access_log=False`, since its access log holds URLs and those hold variables."""
    handler = StandardOutput()
    handler.setFormatter(JsonLines(exception_texts))
    handler.addFilter(_no_urls)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "arq", "arq.worker", "arq.jobs"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    # A line for each request to a provider or exporter, with its URL.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)


def _no_urls(record: logging.LogRecord) -> bool:
    """uvicorn logs each WebSocket with its whole URL."""
    return not (record.name == "uvicorn.error" and "WebSocket" in str(record.msg))


class StandardOutput(logging.Handler):
    """Writes each record at once, whatever has been put in the place of `sys.stdout`."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            to_standard_output(self.format(record).encode() + b"\n")
        except OSError:
            self.handleError(record)


class JsonLines(logging.Formatter):
    """A record as one line of JSON. What `extra` carries as request_id, code, job, outbox_id or attempts is kept."""

    _EXTRA = ("code", "job", "outbox_id", "attempts")

    def __init__(self, exception_texts: bool) -> None:
        super().__init__()
        self._exception_texts = exception_texts

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            # asyncio puts the text of an exception on a second line.
            "event": record.getMessage().partition("\n")[0],
            "logger": record.name,
        }
        request_id = getattr(record, "request_id", "") or REQUEST_ID.get()
        if request_id:
            line["request_id"] = request_id
        line.update({name: getattr(record, name) for name in self._EXTRA if hasattr(record, name)})
        if record.exc_info and record.exc_info[1]:
            line["exception"] = self._described(record.exc_info[1])
        return orjson.dumps(line, option=orjson.OPT_UTC_Z).decode()

    def _described(self, error: BaseException) -> list[dict[str, Any]]:
        """The exception and what caused it, the last raised first."""
        found: list[dict[str, Any]] = []
        current: BaseException | None = error
        while current is not None and len(found) < 5:
            frames = traceback.extract_tb(current.__traceback__)[-20:]
            one: dict[str, Any] = {"class": f"{type(current).__module__}.{type(current).__qualname__}"}
            one.update({name: value for name in _SAFE_DETAILS if (value := getattr(current, name, None))})
            one["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            if self._exception_texts:
                one["text"] = str(current)
            found.append(one)
            current = current.__cause__ or current.__context__
        return found


class Lines:
    """Makes and writes lines together, a moment after the first is wanted: one by one, between the requests, each would cost four
    times as much."""

    def __init__(self, write: Callable[[bytes], object], delay: float = 0.05) -> None:
        self._write = write
        self._delay = delay
        self._waiting: list[tuple[Callable[..., bytes], tuple[Any, ...]]] = []

    def add(self, make: Callable[..., bytes], values: tuple[Any, ...]) -> None:
        """Wants the line, with its end, that `make` makes of the values; within a running loop."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(self._delay, self.flush)
        self._waiting.append((make, values))

    def flush(self) -> None:
        """Writes what waits; call it once more when the process ends."""
        waiting, self._waiting = self._waiting, []
        chunk: list[bytes] = []
        size = 0
        for make, values in waiting:
            line = make(*values)
            if size + len(line) > _ATOMIC and chunk:
                self._write(b"".join(chunk))
                chunk, size = [], 0
            chunk.append(line)
            size += len(line)
        if chunk:
            self._write(b"".join(chunk))


def to_standard_output(text: bytes) -> None:
    """Writes bytes to standard output without a buffer."""
    while text:
        text = text[os.write(1, text) :]


class Finished(NamedTuple):
    """A GraphQL operation that was answered. `time`: seconds since 1970. `transport`: http, sse or websocket. `viewer`: None where
    it did not come to that."""

    time: float
    seconds: float
    transport: str
    request_id: str
    viewer: Viewer | None
    kind: str | None
    operation: str | None
    codes: tuple[str, ...]
    statements: int
    status: int


def graphql_line(done: Finished) -> bytes:
    """Its line. Of whoever asked it has the kind and the client, which is a program, never a person."""
    viewer, operation = done.viewer, done.operation
    return orjson.dumps(
        {
            "time": datetime.fromtimestamp(done.time, UTC),
            "level": "info",
            "event": "graphql",
            "request_id": done.request_id,
            "transport": done.transport,
            "kind": done.kind,
            "operation": operation[:_LONGEST_NAME] if operation else None,
            "viewer": viewer and viewer.kind,
            # orjson does not take the kind of UUID that the database driver makes.
            "client": str(viewer.client_id) if viewer and viewer.client_id else None,
            "status": done.status,
            "codes": done.codes,
            "statements": done.statements,
            "ms": round(done.seconds * 1000, 2),
        },
        option=_OPTIONS,
    )


def http_line(time: float, request_id: str, method: str, route: str, status: int, seconds: float) -> bytes:
    """The line of any other request. `route`: never the path itself, which may be a key to a document."""
    line = {
        "time": datetime.fromtimestamp(time, UTC),
        "level": "info",
        "event": "http",
        "request_id": request_id,
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 2),
    }
    return orjson.dumps(line, option=_OPTIONS)
