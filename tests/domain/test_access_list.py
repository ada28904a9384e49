"""A list of the access log tells by itself whether it is whole: every change is found, and where it is."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access_chain import START, AccessEntry, digest_of
from domain.access_list import Break, find_break
from domain.ids import PublicId
from domain.times import to_text

RESIDENT = UUID("01930000-0000-7000-8000-000000000001")
NOON = datetime(2026, 11, 24, 4, 0, 0, 120, tzinfo=UTC)
GLASS: dict[str, Any] = {"break_glass": True, "reason": '昏迷 "急诊"\n\\', "care_step": "SURGERY"}
LINK: dict[str, Any] = {"actor_kind": "LINK", "actor": "分享链接", "care_step": None, "purpose": "SHARED", "kinds": ["REPORT"]}


def node(number: int, previous: bytes) -> dict[str, Any]:
    """As the API gives it: the second one in an emergency, the third by a link."""
    entry = AccessEntry(
        RESIDENT, number, UUID(int=number), NOON + timedelta(milliseconds=number), "INSTITUTION", UUID(int=99), "深圳市人民医院 𠮷",
        "REGISTER", "CARE", ["CARD", "IDENTITY"], False, None, b"",
    )  # fmt: skip
    made = replace(entry, **({2: GLASS, 3: LINK}.get(number, {})))
    at = made.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    row = [str(made.resident_id), str(number), str(made.id), at, made.actor_kind, str(made.actor_id), made.actor, made.care_step,
           made.purpose, ",".join(made.kinds), made.break_glass, made.reason]  # fmt: skip
    return {
        "id": PublicId("g", made.id, RESIDENT).encode(), "entry": number, "at": to_text(made.at), "actorKind": made.actor_kind,
        "actor": made.actor, "careStep": made.care_step, "purpose": made.purpose, "kinds": list(made.kinds),
        "breakGlass": made.break_glass, "reason": made.reason, "previous": previous.hex(),
        "digest": digest_of(made, previous).hex(), "hashed": json.dumps(row, ensure_ascii=False),
    }  # fmt: skip


def listed(length: int = 5) -> list[dict[str, Any]]:
    """Newest first, as it is listed."""
    nodes: list[dict[str, Any]] = []
    for number in range(1, length + 1):
        nodes.append(node(number, bytes.fromhex(nodes[-1]["digest"]) if nodes else START))
    return nodes[::-1]


def test_whole_lists() -> None:
    nodes = listed()
    for whole in (nodes, nodes[::-1], nodes[:3], [*nodes, nodes[0]], []):
        assert find_break(whole) is None
    assert find_break([{name: one[name] for name in ("entry", "previous", "digest", "hashed")} for one in nodes]) is None


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@given(data=st.data())
def test_changed_field_is_found_where_it_is(number: int, data: st.DataObject) -> None:
    nodes = listed()
    one = next(one for one in nodes if one["entry"] == number)
    name = data.draw(st.sampled_from([name for name in one if name != "entry"]))
    value = one[name]
    if isinstance(value, str):
        at = data.draw(st.integers(0, len(value) - 1))
        other: Any = value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    else:
        other = data.draw(st.sampled_from(["x", None, ["CARD"], not value]).filter(lambda other: other != value))
    one[name] = other
    found = find_break(nodes)
    assert found is not None
    assert found.entry == number


@pytest.mark.parametrize("number", [2, 3, 4])
def test_missing_entry_is_found_where_it_was(number: int) -> None:
    nodes = [one for one in listed() if one["entry"] != number]
    assert find_break(nodes) == Break(number, "it is missing")


def test_list_that_was_written_anew_does_not_follow() -> None:
    nodes = listed()
    forged = node(3, bytes.fromhex(nodes[3]["digest"])) | {"actor": "某医院"}
    nodes[2] = forged
    assert find_break(nodes) == Break(3, "its actor is not what was hashed")
    other = [one | {"entry": 3} for one in nodes if one["entry"] == 4]
    assert find_break([*listed(), *other]) == Break(3, "there are two of it")


def test_entry_of_another_resident_is_none() -> None:
    first, second = listed(2)[::-1]
    row = json.loads(second["hashed"])
    row[0] = str(UUID(int=5))
    text = json.dumps(row, ensure_ascii=False)
    digest = hashlib.sha256(bytes.fromhex(first["digest"]) + text.encode()).hexdigest()
    forged = {"entry": 2, "previous": first["digest"], "digest": digest, "hashed": text}
    assert find_break([first, forged]) == Break(2, "it is another resident's")


@pytest.mark.parametrize("nodes", [[5], [{}], [{"entry": "1", "previous": "", "digest": "", "hashed": ""}], "x"])
def test_what_is_no_entry_is_refused(nodes: Any) -> None:
    with pytest.raises(ValueError, match="needs entry, previous, digest, hashed"):
        find_break(nodes)


def test_the_documented_program_finds_the_same() -> None:
    """docs/reference/access-log.md has it, with a list to try it on."""
    text = (Path(__file__).parents[2] / "docs/reference/access-log.md").read_text("utf-8")
    program = next(block for block in text.split("```python\n") if block.startswith("import base64")).split("```")[0]
    example = json.loads(text.split("```json\n")[1].split("```")[0])

    def verdict(nodes: Any) -> str:
        given = json.dumps(nodes, ensure_ascii=False)
        ran = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program], input=given, capture_output=True, encoding="utf-8", check=True
        )
        return ran.stdout.strip()

    assert verdict(example) == verdict(listed()) == "whole"
    assert find_break(example) is None
    for name, other in (("actor", "某医院"), ("at", "2026-11-24T12:00:00+08:00"), ("reason", None), ("hashed", "[]")):
        changed = [one | {name: other} if one["entry"] == 2 else one for one in listed()]
        assert verdict(changed) == "broken at entry 2"
    assert verdict([one for one in listed() if one["entry"] != 3]) == "broken at entry 3"
