"""The export of a health record, made by its job and read back."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest

from db import files, outbox
from db.pool import Pool
from domain.access_list import find_break
from domain.enums import CareScope, ExportFormat, FileStatus
from domain.ids import Key
from resolvers.exports import LIFE, export_health_record
from tests.api.asking import id_of
from tests.resolvers.laboratory import Laboratory, new_laboratory
from tests.resolvers.world import new_world
from workers import exports
from workers.files import render_file
from workers.tools import Tools


@pytest.fixture
async def laboratory(pool: Pool, tools: Tools) -> Laboratory:
    """After `tools`, which empties the outbox. The patient has two reports of two hospitals, and others have theirs."""
    made = await new_laboratory(await new_world(pool))
    await made.publish(conclusion="血糖偏高。", title='生化 "检查" #1')
    return made


async def _file(laboratory: Laboratory, key: Key) -> Mapping[str, Any]:
    (row,) = await laboratory.world.rows("select * from file where resident_id = $1 and id = $2", key.resident_id, key.id)
    return row


async def _made(tools: Tools, laboratory: Laboratory, format: ExportFormat) -> bytes:
    """What the worker makes when the resident asks for it."""
    key: Key = (await laboratory.world.change(export_health_record, laboratory.resident, format=format)).fields["file"]
    (row,) = await laboratory.world.rows("select id from outbox where args->>'id' = $1", str(key.id))
    async with tools.pool.transaction() as connection:
        job = await outbox.start(connection, row["id"], tools.clock())
    assert job is not None
    await render_file(tools, job)
    file = await _file(laboratory, key)
    assert file["status"] == FileStatus.READY
    content: bytes = file["content"]
    return content


def _pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def _resources(content: bytes, name: str) -> list[dict[str, Any]]:
    bundle = json.loads(content)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == name]


async def test_the_json_has_everything_of_the_resident_and_of_nobody_else(tools: Tools, laboratory: Laboratory) -> None:
    content = await _made(tools, laboratory, ExportFormat.JSON)
    [patient] = _resources(content, "Patient")
    assert patient["id"] == id_of(laboratory.resident)
    own = await laboratory.world.rows("select number from report where resident_id = $1", laboratory.resident.resident_id)
    reports = _resources(content, "DiagnosticReport")
    assert sorted(one["identifier"][0]["value"] for one in reports) == sorted(row["number"] for row in own)
    assert reports[0]["code"]["text"] == '生化 "检查" #1'
    values = {one["valueString"] for one in _resources(content, "Observation")}
    assert values == {"7.2", "阴性", "5.0"}
    assert len(_resources(content, "Basic")) >= 2  # the card, and the scan that opened the visit


async def test_the_access_log_in_it_verifies(tools: Tools, laboratory: Laboratory) -> None:
    carer = await laboratory.world.resident()
    await laboratory.world.care_for(laboratory.resident, carer, CareScope.RECORDS)
    for _ in range(3):
        await laboratory.world.change(export_health_record, carer, format=ExportFormat.PDF, resident_id=id_of(laboratory.resident))
    events = _resources(await _made(tools, laboratory, ExportFormat.JSON), "AuditEvent")
    entries = [event["entry"] for event in events]
    assert [entry["entry"] for entry in entries] == [3, 2, 1]
    assert {tuple(entry["kinds"]) for entry in entries} == {("APPOINTMENT", "BILL", "CARD", "CONSENT", "IDENTITY", "PAYMENT",
                                                             "PRESCRIPTION", "RECORD", "REPORT")}  # fmt: skip
    assert find_break(entries) is None
    changed = [{**entry, "actor": "别人"} if entry["entry"] == 2 else entry for entry in entries]
    broken = find_break(changed)
    assert broken is not None
    assert broken.entry == 2


@pytest.mark.parametrize(("language", "headings"), [("zh-CN", "报告Reports"), ("en", "Reports报告")])
async def test_the_pdf_is_for_reading(tools: Tools, laboratory: Laboratory, language: str, headings: str) -> None:
    sql = "update resident set language = $2, full_name = '𠮷田·买买提' where resident_id = $1 returning resident_id"
    await laboratory.world.rows(sql, laboratory.resident.resident_id, language)
    pages = _pages(await _made(tools, laboratory, ExportFormat.PDF))
    text = "".join(pages)
    for said in (headings, '生化"检查"#1', "葡萄糖", "7.2", "𠮷田·买买提", "血糖偏高。", "5.0"):
        assert said in text
    assert ("偏高" if language == "zh-CN" else "high") in text
    assert "2026-11-23T" not in text
    assert all(f"{number}/{len(pages)}" in page for number, page in enumerate(pages, 1))


async def test_what_is_too_much_for_reading_is_counted(
    tools: Tools, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_LINES", 1)
    text = "".join(_pages(await _made(tools, laboratory, ExportFormat.PDF)))
    assert "另有更早的2条，见JSON文件。" in text
    assert "7.2" in text or "阴性" in text
    assert "5.0mmol" not in text


async def test_a_long_file_is_written_and_stored_piece_by_piece(
    tools: Tools, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await _made(tools, laboratory, ExportFormat.JSON)
    monkeypatch.setattr(files, "PIECE", 100)
    monkeypatch.setattr(exports, "IN_MEMORY", 100)
    again = await _made(tools, laboratory, ExportFormat.JSON)
    assert len(again) > 20 * 100
    # The time differs, and nothing else.
    assert json.loads(again)["entry"] == json.loads(whole)["entry"]


async def test_it_can_be_fetched_for_a_day(tools: Tools, laboratory: Laboratory) -> None:
    await _made(tools, laboratory, ExportFormat.JSON)
    (file,) = await laboratory.world.rows(
        "select key, created_at, expires_at from file where resident_id = $1 and kind = 'RECORD_EXPORT'",
        laboratory.resident.resident_id,
    )
    assert file["expires_at"] - file["created_at"] == LIFE == timedelta(days=1)
    async with tools.pool.connection() as connection:
        before, after = file["expires_at"] - timedelta(seconds=1), file["expires_at"]
        found = await files.fetch(connection, file["key"], before)
        assert found is not None
        assert found.media_type == "application/json"
        assert await files.fetch(connection, file["key"], after) is None
