"""What PostGraphile answers, in the shape of the platform's schema: the same data under the same names, so that it can be compared.

What differs is how its schema must be asked: times have six digits of a fraction, a cursor holds the whole order, the summary's
lists are the resident's own, and there the resident's id is asked for, from which the access log is written.
"""

import re
from base64 import b64decode, urlsafe_b64encode
from typing import Any

import orjson

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d")
_SUMMARY = ("allergies", "conditions", "medications", "immunizations")


def home(data: Any) -> Any:
    """The home screen."""
    return _times(data)


def health_record(data: Any) -> Any:
    """The page of the health record."""
    resident = data["resident"]
    if resident is None:
        return data
    blood = resident["blood"]
    summary = {"bloodType": blood and blood["bloodType"], **{name: resident[name] for name in _SUMMARY}}
    page = resident["healthRecord"]
    info = page["pageInfo"]
    cursor = {"endCursor": info["endCursor"] and _cursor(info["endCursor"])}
    edges = [{"node": _entry(edge["node"])} for edge in page["edges"]]
    return {"resident": {"healthSummary": _times(summary), "healthRecord": {"pageInfo": info | cursor, "edges": edges}}}


def _entry(node: dict[str, Any]) -> Any:
    """With the id, which is of the kind's own view, where the interface has it."""
    return _times({"__typename": node["__typename"], "id": node["id"], **{k: v for k, v in node.items() if k != "__typename"}})


def _times(value: Any) -> Any:
    """Without the zeros at the end of a fraction."""
    if isinstance(value, dict):
        return {key: _times(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_times(inner) for inner in value]
    return _time(value) if isinstance(value, str) and _TIME.fullmatch(value) else value


def _time(text: str) -> str:
    return text[:26].rstrip("0").rstrip(".") + text[26:]


def _cursor(text: str) -> str:
    """The time and the key of a row, as the platform's cursors have them."""
    _, time, key, *_ = orjson.loads(b64decode(text))
    shown = _time(time).replace("T", " ").removesuffix(":00")
    return urlsafe_b64encode(f'["{shown}", "{key}"]'.encode()).decode().rstrip("=")
