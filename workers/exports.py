"""The export of a health record: everything as JSON, and what a person wants to read of it as PDF."""

import json
import tempfile
from functools import partial
from typing import IO, Any

from db import exports, residents
from db.connection import Connection
from db.files import NewFile
from domain.enums import ExportFormat
from domain.times import SHANGHAI, to_text
from workers.documents import compiled
from workers.export_lines import LINES, line
from workers.tools import Drawing, Tools

IN_MEMORY = 1_000_000  # bytes; a longer file waits on the disk
MOST_LINES = 300  # of a section of the PDF; the JSON has all


async def record_export(connection: Connection, tools: Tools, file: NewFile) -> Drawing | None:
    """All there is of the resident, in the form that was asked for."""
    if ExportFormat(file.format) is ExportFormat.JSON:
        return partial(_rewound, await _bundle(connection, file))
    return await _pages(connection, tools, file)


def _rewound(written: IO[bytes]) -> IO[bytes]:
    written.seek(0)
    return written


async def _bundle(connection: Connection, file: NewFile) -> IO[bytes]:
    """A bundle of all resources, written as they come."""
    written: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # whoever stores it closes it
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": to_text(file.created_at)}
    before = json.dumps(head)[:-1] + ', "entry": ['
    async for _, resource in exports.resources(connection, file.resident_id):
        written.write(f'{before}\n{{"resource": {resource}}}'.encode())
        before = ","
    written.write(b"\n]}\n")
    return written


async def _pages(connection: Connection, tools: Tools, file: NewFile) -> Drawing | None:
    holder = await residents.find(connection, file.resident_id)
    if holder is None:
        return None
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in LINES}
    left_out = dict.fromkeys(LINES, 0)
    async for section, resource in exports.resources(connection, file.resident_id):
        if section not in LINES:
            continue
        if len(lines[section]) < MOST_LINES:
            # A number stays as it is written: 12.50.
            lines[section].append(line(section, json.loads(resource, parse_float=str)))
        else:
            left_out[section] += 1
    shown = {
        "city": tools.city,
        "language": holder.language,
        "holder": holder.full_name,
        "sex": holder.sex,
        "birth_date": holder.birth_date.isoformat(),
        "made_at": f"{file.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "sections": [{"name": name, "lines": lines[name], "left_out": left_out[name]} for name in LINES if lines[name]],
    }
    return partial(compiled, "record", shown, file.created_at)
