"""Reports: an institution publishes, amends and withdraws them; whoever they are about reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from db import doctors, files, reports, visits
from db.files import FileKind
from db.reports import Report, Supersedes
from domain.enums import CareScope, ReportCategory, ReportStatus
from domain.ids import Key
from domain.notifications import NotificationEvent
from domain.refusals import Conflict, NotFound, WrongState
from domain.reports import Content, Observation, check_content, check_observed_at, content_digest
from domain.smart_health_card import CertifiedReport, credential
from resolvers.audit import record
from resolvers.files import ask_again, ask_for
from resolvers.inputs import DOCTOR, REPORT, VISIT, read_id, read_optional_text, read_owned_id, read_prose, read_text
from resolvers.notifications import tell
from resolvers.people import may_act_for, signed_in_institution
from resolvers.transaction import Made, Transaction

LONGEST_NUMBER = 64
LONGEST_TITLE = 200
LONGEST_CODE = 64
LONGEST_DISPLAY = 200
LONGEST_VALUE = 500
LONGEST_UNIT = 40
LONGEST_RANGE = 100
LONGEST_REASON = 200
LONGEST_PROSE = 10_000


async def publish_report(
    tx: Transaction,
    *,
    visit_id: str,
    number: str,
    title: str,
    category: ReportCategory,
    observations: Sequence[Mapping[str, Any]],
    author_id: str,
    findings: str | None = None,
    conclusion: str | None = None,
    observed_at: datetime | None = None,
) -> Made:
    """A report on what was examined in a visit, also long after it. The same number with the same content is the same report again.
    Raises Forbidden, NotFound, InvalidInput, and Conflict for a number that another report has."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, visit = read_owned_id(visit_id, VISIT, "visit_id")
    if await visits.find(tx.connection, resident_id, visit, institution_id) is None:
        raise NotFound("visit_id")
    author = read_id(author_id, DOCTOR, "author_id")
    if not await doctors.exists(tx.connection, author, institution_id):
        raise NotFound("author_id")
    content = Content(_observations(observations), *_prose(findings, conclusion))
    check_content(content)
    check_observed_at(observed_at or tx.now, tx.now)
    about = (read_text(number, LONGEST_NUMBER, "number"), 1, read_text(title, LONGEST_TITLE, "title"), category)
    times = (observed_at or tx.now, tx.now)
    row = Report(resident_id, tx.new_id(), institution_id, visit, *about, author, *times, content)
    digest = content_digest(resident_id, row.title, category, author, observed_at, content)
    earlier = await reports.claim_number(tx.connection, institution_id, row.number, Key(row.id, resident_id))
    if earlier is not None:
        if await reports.digest(tx.connection, earlier) != digest:
            raise Conflict("number")
        return Made({"report": earlier})
    return await _issue(tx, row, digest, NotificationEvent.REPORT_PUBLISHED)


async def amend_report(
    tx: Transaction,
    *,
    report_id: str,
    reason: str,
    observations: Sequence[Mapping[str, Any]] | None = None,
    findings: str | None = None,
    conclusion: str | None = None,
) -> Made:
    """The report's next version; what is None stays as it was, and an empty text goes. Raises Forbidden, NotFound, InvalidInput,
    WrongState for what is not FINAL, and Conflict when somebody else has just amended or withdrawn it."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(report_id, REPORT, "report_id")
    why = read_text(reason, LONGEST_REASON, "reason")
    found = await reports.find(tx.connection, resident_id, id, institution_id)
    if found is None:
        raise NotFound("report_id")
    before, status = found
    if status is not ReportStatus.FINAL:
        raise WrongState("report_id")
    says, new = before.content, _prose(findings, conclusion)
    content = Content(
        says.observations if observations is None else _observations(observations),
        says.findings if findings is None else new[0],
        says.conclusion if conclusion is None else new[1],
    )
    check_content(content)
    row = replace(before, id=tx.new_id(), version=before.version + 1, issued_at=tx.now, content=content)
    if not await reports.supersede(tx.connection, before, row.id):
        raise Conflict("report_id")
    # Whoever still has the address of its document sees that it was amended.
    await ask_again(tx, resident_id, id)
    digest = content_digest(resident_id, row.title, row.category, row.author_id, row.observed_at, content)
    return await _issue(tx, row, digest, NotificationEvent.REPORT_AMENDED, Supersedes(id, why))


async def withdraw_report(tx: Transaction, *, report_id: str, reason: str) -> Made:
    """Takes a report back with all its versions: nothing of what they said is shown any more. Doing it again changes nothing.
    Raises Forbidden, NotFound, InvalidInput, and WrongState for a version that was amended."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(report_id, REPORT, "report_id")
    why = read_text(reason, LONGEST_REASON, "reason")
    withdrawn = await reports.withdraw(tx.connection, resident_id, id, institution_id, tx.now, why)
    if withdrawn:
        await files.revoke(tx.connection, resident_id, withdrawn, tx.now)
        await record(tx, "report.withdrawn", resident_id, id, why)
        await tell(tx, NotificationEvent.REPORT_WITHDRAWN, resident_id, id)
        return Made({"report": Key(id, resident_id)})
    found = await reports.find(tx.connection, resident_id, id, institution_id)
    if found is None:
        raise NotFound("report_id")
    if found[1] is not ReportStatus.WITHDRAWN:
        raise WrongState("report_id")
    return Made({"report": Key(id, resident_id)})


async def mark_report_read(tx: Transaction, *, report_id: str) -> Made:
    """Notes when the resident or a carer read it first. Raises NotFound, Forbidden."""
    resident_id, id = read_owned_id(report_id, REPORT, "report_id")
    await may_act_for(tx, resident_id, CareScope.REPORTS, "report_id")
    if await reports.mark_read(tx.connection, resident_id, id, tx.now):
        await record(tx, "report.read", resident_id, id)
    elif await reports.status(tx.connection, resident_id, id) is None:
        raise NotFound("report_id")
    return Made({"report": Key(id, resident_id)})


async def _issue(
    tx: Transaction, row: Report, digest: bytes, event: NotificationEvent, supersedes: Supersedes | None = None
) -> Made:
    ids = [tx.new_id() for _ in row.content.observations]
    await reports.insert(tx.connection, row, digest, await _credential(tx, row), ids, supersedes)
    await ask_for(tx, row.resident_id, FileKind.REPORT, row.id, "PDF")
    why = None if supersedes is None else supersedes.reason
    await record(tx, "report.published" if supersedes is None else "report.amended", row.resident_id, row.id, why)
    await tell(tx, event, row.resident_id, row.id)
    return Made({"report": Key(row.id, row.resident_id)})


async def _credential(tx: Transaction, row: Report) -> str:
    """What proves the report to anyone who has the platform's public keys."""
    about = await reports.about(tx.connection, row.resident_id, row.institution_id)
    certified = CertifiedReport(
        holder=about.holder,
        birth_date=about.birth_date,
        institution=about.institution,
        number=row.number,
        title=row.title,
        observed_at=row.observed_at,
        issued_at=row.issued_at,
        conclusion=row.content.conclusion,
        observations=row.content.observations,
    )
    return credential(certified, tx.tools.issuer, tx.tools.keys.current)


def _observations(given: Sequence[Mapping[str, Any]]) -> list[Observation]:
    return [_observation(one, index) for index, one in enumerate(given)]


def _observation(given: Mapping[str, Any], index: int) -> Observation:
    """Raises InvalidInput with the path to what is wrong."""
    path = ("observations", str(index))
    return Observation(
        code=read_text(given["code"], LONGEST_CODE, *path, "code"),
        display=read_text(given["display"], LONGEST_DISPLAY, *path, "display"),
        value=read_text(given["value"], LONGEST_VALUE, *path, "value"),
        unit=read_optional_text(given.get("unit"), LONGEST_UNIT, *path, "unit"),
        reference_range=read_optional_text(given.get("reference_range"), LONGEST_RANGE, *path, "reference_range"),
        flag=given.get("flag"),
    )


def _prose(findings: str | None, conclusion: str | None) -> tuple[str | None, str | None]:
    return read_prose(findings, LONGEST_PROSE, "findings"), read_prose(conclusion, LONGEST_PROSE, "conclusion")
