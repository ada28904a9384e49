"""The messages of graphql-transport-ws, both ways."""

from dataclasses import dataclass
from typing import Any

import orjson

PROTOCOL = "graphql-transport-ws"
ACK = '{"type":"connection_ack"}'

_WITH_ID = frozenset({"subscribe", "complete"})
_WITHOUT_ID = frozenset({"connection_init", "ping", "pong"})
_LONGEST_ID = 128


class Closing(Exception):
    """Ends the socket with a code and a reason, which has at most 123 bytes on the wire."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason.encode()[:123].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Message:
    """What a client sent. `id`: empty where the type has none. `payload`: an object, or None where it was left out."""

    type: str
    id: str
    payload: dict[str, Any] | None


def parse(text: str | None, longest: int) -> Message:
    """The message in a frame; `text` is None for a binary one. Raises Closing with 4400 for what is none."""
    if text is None:
        raise Closing(4400, "A message is text, not binary")
    if len(text) > longest:
        raise Closing(4400, f"A message has at most {longest} characters")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Closing(4400, "A message is JSON") from None
    if not isinstance(found, dict):
        raise Closing(4400, "A message is an object")
    type_, id_, payload = found.get("type"), found.get("id"), found.get("payload")
    if not isinstance(type_, str) or (type_ not in _WITH_ID and type_ not in _WITHOUT_ID):
        raise Closing(4400, "A message has a type that clients send")
    if type_ in _WITHOUT_ID:
        id_ = ""
    elif not isinstance(id_, str) or not 0 < len(id_) <= _LONGEST_ID:
        raise Closing(4400, f"A message {type_} has an id of 1 to {_LONGEST_ID} characters")
    if not isinstance(payload, dict | None):
        raise Closing(4400, f"The payload of {type_} is an object")
    return Message(type_, id_, payload)


def pong(payload: dict[str, Any] | None) -> str:
    """The answer to a ping, with what came with it."""
    return orjson.dumps({"type": "pong"} if payload is None else {"type": "pong", "payload": payload}).decode()


def next_(id_: str, result: bytes) -> str:
    """A result of an operation: a whole JSON object."""
    return f'{{"id":{_quoted(id_)},"type":"next","payload":{result.decode()}}}'


def error(id_: str, body: bytes) -> str:
    """The end of an operation that was not carried out; `body` is that of a request error."""
    return orjson.dumps({"id": id_, "type": "error", "payload": orjson.loads(body)["errors"]}).decode()


def complete(id_: str) -> str:
    """The end of an operation."""
    return f'{{"id":{_quoted(id_)},"type":"complete"}}'


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()
