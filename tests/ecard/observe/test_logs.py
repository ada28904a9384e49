"""Logs: JSON lines, and nothing personal in them."""

import asyncio
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from domain.viewer import Viewer, ViewerKind
from ecard.observe.logs import REQUEST_ID, Finished, JsonLines, Lines, graphql_line

SECRET = "Key (phone)=(13800138000) already exists."


class UniqueViolation(Exception):
    sqlstate = "23505"
    constraint_name = "phone_is_unique"
    detail = SECRET


def raised() -> Exception:
    try:
        try:
            raise UniqueViolation(SECRET)
        except UniqueViolation as error:
            raise ValueError(SECRET) from error
    except ValueError as error:
        return error


def formatted(record: logging.LogRecord, *, texts: bool = False) -> dict[str, Any]:
    line = JsonLines(texts).format(record)
    assert "\n" not in line
    found: dict[str, Any] = orjson.loads(line)
    return found


def record(message: str, *args: object, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("ecard.x", logging.WARNING, __file__, 1, message, args, None)
    made.__dict__.update(more)
    return made


def test_a_record_is_an_object() -> None:
    line = formatted(record("Took %d", 5, request_id="abc", code="TIMEOUT", job="qr", unknown="x"))
    assert line.pop("time").endswith("Z")
    assert line == {"level": "warning", "event": "Took 5", "logger": "ecard.x", "request_id": "abc", "code": "TIMEOUT", "job": "qr"}


async def test_the_request_that_is_being_answered_is_named() -> None:
    async def answer() -> str:
        REQUEST_ID.set("abc")
        found: str = formatted(record("x"))["request_id"]
        return found

    assert await asyncio.create_task(answer()) == "abc"
    assert "request_id" not in formatted(record("x"))


def test_an_exception_is_told_without_its_text() -> None:
    error = raised()
    made = record("Failed", exc_info=(type(error), error, error.__traceback__))
    line = formatted(made)
    assert SECRET not in str(line)
    first, cause = line["exception"]
    assert first["class"] == "builtins.ValueError"
    assert "test_logs.py" in first["at"][-1]
    assert (cause["sqlstate"], cause["constraint_name"]) == ("23505", "phone_is_unique")
    assert formatted(made, texts=True)["exception"][0]["text"] == SECRET


def test_what_asyncio_says_of_lost_exceptions_is_cut_off() -> None:
    assert (
        formatted(record(f"Task exception was never retrieved\nfuture: <Task {SECRET}>"))["event"]
        == "Task exception was never retrieved"
    )


async def test_lines_are_written_together_a_moment_later() -> None:
    written: list[bytes] = []
    lines = Lines(written.append, delay=0)
    lines.add(bytes, (b"a\n",))
    lines.add(bytes, (b"b\n",))
    assert written == []
    await asyncio.sleep(0.01)
    assert written == [b"a\nb\n"]
    lines.add(bytes, (b"c\n",))
    lines.flush()
    assert written == [b"a\nb\n", b"c\n"]
    await asyncio.sleep(0.01)
    assert written == [b"a\nb\n", b"c\n"]


async def test_no_write_is_longer_than_what_a_pipe_takes_at_once() -> None:
    written: list[bytes] = []
    lines = Lines(written.append, delay=3_600)
    for number in range(100):
        lines.add(bytes, (b"%03d" % number + b"x" * 300 + b"\n",))
    lines.add(bytes, (b"y" * 10_000 + b"\n",))
    lines.flush()
    assert b"".join(written).count(b"\n") == 101
    assert all(len(chunk) <= 4_096 for chunk in written[:-1])
    assert all(chunk.endswith(b"\n") for chunk in written)


def test_a_request_has_the_kind_and_the_client_of_who_asked() -> None:
    viewer = Viewer(ViewerKind.RESIDENT, UUID(int=1), UUID(int=2), UUID(int=3), name="Zhang San")
    written = graphql_line(Finished(0.5, 0.0123456, "http", "abc", viewer, "query", "A" * 1_000, ("FORBIDDEN",), 1, 200))
    line = orjson.loads(written)
    assert line["time"] == "1970-01-01T00:00:00.500000Z"
    assert (line["viewer"], line["client"], line["ms"], line["codes"]) == ("RESIDENT", str(UUID(int=3)), 12.35, ["FORBIDDEN"])
    assert len(line["operation"]) == 100
    assert all(personal not in written for personal in (b"Zhang", str(UUID(int=1)).encode(), str(UUID(int=2)).encode()))


PROGRAM = """
import asyncio, logging
from ecard.observe.logs import configure_logging
configure_logging("INFO")
logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "192.0.2.1", "/graphql?token=secret")
logging.getLogger("uvicorn.access").info("GET /graphql?query=secret")
logging.getLogger("httpx").info("HTTP Request: GET https://provider.example/?phone=secret")
logging.getLogger("uvicorn.error").info("Started server process [%d]", 1)
logging.getLogger("arq.worker").info("started")
logging.getLogger("anything").debug("quiet")
async def lost():
    async def fail(): raise ValueError("secret")
    asyncio.ensure_future(fail())
    await asyncio.sleep(0.01)
asyncio.run(lost())
"""


def test_everything_that_is_logged_goes_the_same_way() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, cwd=root, check=True)
    lines = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["Started server process [1]", "started", "Task exception was never retrieved"]
    assert b"secret" not in done.stdout + done.stderr
