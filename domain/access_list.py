"""The access log as somebody was given it: whether the list is whole, told from the list alone.

docs/reference/access-log.md gives the algorithm to whoever wants to write the check in another language.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.access_chain import START
from domain.ids import PublicId
from domain.times import from_text

NEEDED = ("entry", "previous", "digest", "hashed")
_MEMBERS = 12


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that is not as it was written, and in which way."""

    entry: int
    reason: str


def find_break(nodes: Iterable[Mapping[str, Any]]) -> Break | None:
    """The first break in the list, from the lowest number up; None when it is whole.

    nodes: of `accessLog`, in any order, each with `entry`, `previous`, `digest` and `hashed`; what else a node shows must be what
    was hashed. Before the first entry of the list there may be others, of which nothing is said. Raises ValueError for what is no
    such node.
    """
    before: Mapping[str, Any] | None = None
    for node in sorted((_checked(node) for node in nodes), key=lambda node: int(node["entry"])):
        number = node["entry"] if before is None else before["entry"] + 1
        if node["entry"] > number:
            return Break(number, "it is missing")
        if node["entry"] < number:
            if node == before:
                continue
            return Break(node["entry"], "there are two of it")
        reason = _unchained(node, before) or _untold(node, before)
        if reason:
            return Break(number, reason)
        before = node
    return None


def _checked(node: Any) -> Mapping[str, Any]:
    if not isinstance(node, dict) or not all(isinstance(node.get(name), int if name == "entry" else str) for name in NEEDED):
        raise ValueError(f"Each entry needs {', '.join(NEEDED)}.")
    return node


def _unchained(node: Mapping[str, Any], before: Mapping[str, Any] | None) -> str | None:
    """What does not fit in the chain."""
    previous = before["digest"] if before else START.hex() if node["entry"] == 1 else node["previous"]
    if node["previous"] != previous:
        return "it does not follow the entry before it"
    try:
        start = bytes.fromhex(previous)
    except ValueError:
        return "its digest of the entry before is no digest"
    if hashlib.sha256(start + node["hashed"].encode(errors="replace")).hexdigest() != node["digest"]:
        return "its digest is another one"
    return None


def _untold(node: Mapping[str, Any], before: Mapping[str, Any] | None) -> str | None:
    """What it shows that was not hashed."""
    try:
        told = json.loads(node["hashed"])
    except ValueError:
        told = None
    if not isinstance(told, list) or len(told) != _MEMBERS:
        return "what was hashed is no entry"
    resident, number, id, at, kind, _, actor, step, purpose, kinds, glass, reason = told
    if before is not None and json.loads(before["hashed"])[0] != resident:
        return "it is another resident's"
    written = {"entry": number, "id": (resident, id), "at": at, "actorKind": kind, "actor": actor, "careStep": step,
               "purpose": purpose, "kinds": kinds, "breakGlass": glass, "reason": reason}  # fmt: skip
    other = [name for name, value in written.items() if name in node and _as_hashed(name, node[name]) != value]
    return f"its {other[0]} is not what was hashed" if other else None


def _as_hashed(name: str, value: Any) -> Any:
    """What a field shows, as it stands in what was hashed; None for what cannot be there."""
    try:
        if name == "at":
            moment: datetime = from_text(value)
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if name == "id":
            found = PublicId.decode(value)
            return found and (str(found.resident_id), str(found.id))
        return str(value) if name == "entry" else ",".join(value) if name == "kinds" else value
    except (TypeError, ValueError):
        return None
