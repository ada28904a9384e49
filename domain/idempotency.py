"""Asked once: whose key it is, whether the input is the same, and how a result is kept."""

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from domain.ids import Key
from domain.refusals import InvalidInput
from domain.viewer import Viewer

LONGEST_KEY = 255


def key_digest(viewer: Viewer, operation: str, key: str) -> bytes:
    """Names the key among those of everybody: the same text of another viewer, or for another operation, is another key. A new
    session is the same viewer. Raises InvalidInput for a key that is empty or too long."""
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput("idempotency_key")
    ids = (viewer.app_id, viewer.client_id, viewer.institution_id, viewer.resident_id)
    return sha256(json.dumps([viewer.kind, *map(str, ids), operation, key]).encode()).digest()


def input_digest(given: Mapping[str, Any]) -> bytes:
    """Equal for equal inputs, however their numbers and times are written."""
    return sha256(orjson.dumps(given, _plain, orjson.OPT_SORT_KEYS)).digest()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    raise TypeError(f"A {type(value).__name__} is no input.")


def result_text(fields: Mapping[str, Any]) -> str:
    """A payload's fields as JSON: keys of rows, lists of them, and what JSON has. Raises TypeError for anything else, which could
    not be given again."""
    return json.dumps({name: _kept(value) for name, value in fields.items()})


def _kept(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Key):
        return {"key": _texts(value)}
    if isinstance(value, list) and value and all(isinstance(item, Key) for item in value):
        return {"keys": [_texts(item) for item in value]}
    return {"value": value}


def _texts(key: Key) -> list[str | None]:
    return [str(key.id), str(key.resident_id) if key.resident_id else None]


def read_result(text: str) -> dict[str, Any]:
    """The fields again."""
    return {name: _field(**kept) for name, kept in json.loads(text).items()}


def _field(key: list[str | None] | None = None, keys: list[list[str | None]] | None = None, value: Any = None) -> Any:
    if key is not None:
        return _key(*key)
    return value if keys is None else [_key(*each) for each in keys]


def _key(id: str | None, resident_id: str | None) -> Key:
    return Key(UUID(id), UUID(resident_id) if resident_id else None)
