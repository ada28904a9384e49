"""Documents of the health record, made by the real worker process."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pypdfium2
import pytest

from db.migrate import migrate
from db.pool import Pool, PoolOptions
from domain.enums import ExportFormat
from ecard.app import utc_now
from ecard.embedded import EmbeddedServers
from resolvers.exports import export_health_record
from tests.acceptance.worker import WorkerProcess
from tests.resolvers.laboratory import new_laboratory
from tests.resolvers.world import new_world
from tests.support.waiting import until_found

PATIENCE = 60  # seconds, for a machine that is busy with other things
OPEN = "select count(*) from file where status <> 'READY'"
MADE = "select kind, format, content from file where resident_id = $1 and subject_id = any($2)"


@pytest.fixture
async def pool(own_servers: EmbeddedServers) -> AsyncIterator[Pool]:
    made = Pool(PoolOptions(own_servers.database_url, 2, "http://localhost"))
    async with made.connection() as connection:
        await migrate(connection)
    yield made
    await made.close()


def _text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)


async def test_reports_and_exports_are_made(own_servers: EmbeddedServers, pool: Pool, tmp_path: Path) -> None:
    laboratory = await new_laboratory(await new_world(pool))
    laboratory.world.now = utc_now()  # the worker's clock: it throws away what has expired
    report = await laboratory.publish(conclusion="血糖偏高。")
    amended = await laboratory.amend(report, conclusion="血糖偏高，请复查。")
    exported = [
        (await laboratory.world.change(export_health_record, laboratory.resident, format=format)).fields["file"]
        for format in ExportFormat
    ]

    async def all_made() -> bool:
        return bool(await laboratory.world.value(OPEN) == 0)

    worker = WorkerProcess(own_servers, tmp_path)
    with worker.running():
        await until_found(all_made, PATIENCE)
    subjects = [report.id, amended.id, *(key.id for key in exported)]
    rows = await laboratory.world.rows(MADE, laboratory.resident.resident_id, subjects)
    assert sorted((row["kind"], row["format"]) for row in rows) == [
        ("RECORD_EXPORT", "JSON"),
        ("RECORD_EXPORT", "PDF"),
        ("REPORT", "PDF"),
        ("REPORT", "PDF"),
    ]
    pages = [_text(row["content"]) for row in rows if row["format"] == "PDF"]
    assert sum("此版本已被修订" in text for text in pages) == 1
    assert all("血糖偏高" in text for text in pages)
    [bundle] = [json.loads(row["content"]) for row in rows if row["format"] == "JSON"]
    versions = [one["resource"]["version"] for one in bundle["entry"] if one["resource"]["resourceType"] == "DiagnosticReport"]
    assert sorted(versions) == [1, 1, 2]
