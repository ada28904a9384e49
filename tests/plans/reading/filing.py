"""Who may see a file: whoever may see what it shows."""

from tests.plans.reading.city import Record
from tests.plans.reading.plain import SEEN_BY, Reader, first
from tests.plans.reading.recording import sees_entry

CARERS_OF = {"CARD_IMAGE": "CARD", "PRINTED_CODE": "CARD", "REPORT": "REPORTS", "RECORD_EXPORT": "RECORDS"}


def sees_file(reader: Reader, row: Record) -> bool:
    owner, kind = row["resident_id"], row["kind"]
    if reader.kind == "RESIDENT":
        return bool(owner == reader.viewer.resident_id) or (kind in CARERS_OF and reader.cares(owner, CARERS_OF[kind]))
    report = first(reader.city.rows("report", resident_id=owner, id=row["subject_id"])) if kind == "REPORT" else None
    return reader.kind == "INSTITUTION" and report is not None and sees_entry(reader, "Report", report)


SEEN_BY["File"] = sees_file
