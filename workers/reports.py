"""The page of a report."""

from functools import partial
from typing import Any

from db import report_documents
from db.connection import Connection
from db.files import NewFile
from db.report_documents import ReportDocument
from domain.enums import ImageFormat
from domain.national import static_text
from domain.reports import Observation
from domain.times import SHANGHAI
from domain.trends import Result, trend
from workers.documents import compiled
from workers.qr import card_image, health_card_image
from workers.tools import Drawing, Tools

EARLIER_RESULTS = 7  # with the one that the report is about, the plot has eight points


async def report_page(connection: Connection, tools: Tools, file: NewFile) -> Drawing | None:
    """The page of the report that is the file's subject."""
    report = await report_documents.find(connection, file.resident_id, file.subject_id, EARLIER_RESULTS)
    return None if report is None else partial(report_pdf, report, tools.city)


def report_pdf(report: ReportDocument, city: str) -> bytes:
    """The report as PDF, A4, in Chinese and English, the holder's language first; the same input gives the same bytes."""
    identity, proof = report.national_id, report.credential
    shown = {
        "city": city,
        "language": report.language,
        "institution": report.institution,
        "title": report.title,
        "category": report.category,
        "number": report.number,
        "version": report.version,
        "status": report.status,
        "amend_reason": report.amend_reason,
        "author": report.author,
        "author_title": report.author_title,
        "holder": report.holder,
        "sex": report.sex,
        "birth_date": report.birth_date.isoformat(),
        "observed_at": f"{report.observed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "issued_at": f"{report.issued_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "findings": report.findings,
        "conclusion": report.conclusion,
        "observations": [_row(one, report) for one in report.observations],
        "identity_svg": identity and card_image(static_text(bytes.fromhex(identity)), ImageFormat.SVG).decode(),
        "credential_svg": proof and health_card_image(proof).decode(),
    }
    return compiled("report", shown, report.issued_at)


def _row(one: Observation, report: ReportDocument) -> dict[str, Any]:
    results = [*report.earlier.get(one.code, ()), Result(report.observed_at, one.value, one.unit)]
    plot = trend(results, one.reference_range)
    return {
        "code": one.code,
        "display": one.display,
        "value": one.value,
        "unit": one.unit or "",
        "reference_range": one.reference_range or "",
        "flag": one.flag,
        "trend": plot and {"points": plot.points, "low": plot.low, "high": plot.high},
    }
