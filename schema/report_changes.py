"""How reports are published, amended, withdrawn, read and shared: inputs, payloads and mutations."""

import strawberry

from resolvers import report_links, reports
from schema.base import made
from schema.changes import change, payload
from schema.enums import ObservationFlag, ReportCategory
from schema.reports import Report, ReportLink
from schema.scalars import DateTime

WRITE = (("report:write",),)


@strawberry.input(description="What was found of one thing. code: the same for the same examination, over time.")
class ObservationInput:
    code: str
    display: str
    value: str
    unit: str | None = strawberry.UNSET
    reference_range: str | None = strawberry.UNSET
    flag: ObservationFlag | None = strawberry.UNSET


@strawberry.input(
    description="A report on what was examined in a visit: at most 200 observations, findings, a conclusion, at least one of them."
    " authorId: a doctor of the institution. observedAt: now when left out."
)
class PublishReportInput:
    visit_id: strawberry.ID
    number: str
    title: str
    category: ReportCategory
    observations: list[ObservationInput]
    author_id: strawberry.ID
    idempotency_key: str
    findings: str | None = strawberry.UNSET
    conclusion: str | None = strawberry.UNSET
    observed_at: DateTime | None = strawberry.UNSET


@payload
class PublishReportPayload:
    """The report, new or as it is now."""

    report: Report | None = made("Report", "The report.")


@strawberry.input(description="The newest version of a report. What is left out or null stays as it was; an empty text goes.")
class AmendReportInput:
    report_id: strawberry.ID
    reason: str
    idempotency_key: str
    observations: list[ObservationInput] | None = strawberry.UNSET
    findings: str | None = strawberry.UNSET
    conclusion: str | None = strawberry.UNSET


@payload
class AmendReportPayload:
    """The new version."""

    report: Report | None = made("Report", "The report that supersedes the one before.")


@strawberry.input(description="The newest version of a report, which goes with those before it.")
class WithdrawReportInput:
    report_id: strawberry.ID
    reason: str


@payload
class WithdrawReportPayload:
    """The report, withdrawn."""

    report: Report | None = made("Report", "The report.")


@strawberry.input(description="A report that the resident or a carer has read.")
class MarkReportReadInput:
    report_id: strawberry.ID


@payload
class MarkReportReadPayload:
    """The report, read."""

    report: Report | None = made("Report", "The report.")


@strawberry.input(
    description="A report that stands. expiresAt: at most 90 days ahead. passcode: 4 to 64 characters; five wrong ones end it."
)
class ShareReportInput:
    report_id: strawberry.ID
    expires_at: DateTime
    passcode: str | None = strawberry.UNSET


@payload
class ShareReportPayload:
    """The link."""

    link: ReportLink | None = made("ReportLink", "The link.")


@strawberry.input(description="A link that shall lead nowhere any more.")
class RevokeReportLinkInput:
    link_id: strawberry.ID


@payload
class RevokeReportLinkPayload:
    """The link, ended."""

    link: ReportLink | None = made("ReportLink", "The link.")


@strawberry.type
class ReportChanges:
    publish_report: PublishReportPayload | None = change(
        reports.publish_report,
        PublishReportInput,
        "A report on what was examined in a visit. The same number with the same content is the same report again.",
        scopes=WRITE,
    )
    amend_report: AmendReportPayload | None = change(
        reports.amend_report, AmendReportInput, "A new version, which supersedes the one before; that stays readable.", scopes=WRITE
    )
    withdraw_report: WithdrawReportPayload | None = change(
        reports.withdraw_report, WithdrawReportInput, "Takes a report back: nothing that it said is shown any more.", scopes=WRITE
    )
    mark_report_read: MarkReportReadPayload | None = change(
        reports.mark_report_read, MarkReportReadInput, "Notes when it was read first; again changes nothing.", scopes=WRITE
    )
    share_report: ShareReportPayload | None = change(
        report_links.share_report,
        ShareReportInput,
        "A link under which whoever has it reads the report, until it expires or is revoked.",
        scopes=WRITE,
    )
    revoke_report_link: RevokeReportLinkPayload | None = change(
        report_links.revoke_report_link, RevokeReportLinkInput, "Ends a link; again changes nothing.", scopes=WRITE
    )
