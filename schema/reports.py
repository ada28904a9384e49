"""Reports of examinations, what was observed, and the links under which they are shared."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.enums import CareScope, HealthRecordKind
from plans.mapping import Order, Rule
from schema import rules
from schema.base import Node, edge, field, listed, newest_first, stored
from schema.cards import SAME_RESIDENT, File
from schema.doctors import Doctor
from schema.enums import ObservationFlag, ReportCategory, ReportStatus
from schema.health_record import HealthRecordEntry
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("report:read",),)
BY_TIME = newest_first("issued_at")
TREND = newest_first("observed_at")
RULE = rules.record(HealthRecordKind.REPORT)
# Whether somebody has read it is their own business.
REPORT = Rule(RULE.rows, {"INSTITUTION": {"readAt": "false"}})


@stored(view="observation", letter="o", owned=True, kind="REPORT", rule=RULE, scopes=READ)
class Observation(Node):
    """What was found of one thing. Of a withdrawn report there are none."""

    code: str = field("What was examined: the same code for the same examination, over time.")
    display: str = field("Its name.")
    value: str = field("What was found, a number or words.")
    unit: str | None = field("Of which unit.")
    reference_range: str | None = field("Between which values it is expected to be.")
    flag: ObservationFlag | None = field("How the value lies to that, where somebody has judged it.")
    observed_at: DateTime = field("When it was examined.")
    report: Annotated["Report", strawberry.lazy("schema.reports")] | None = edge(
        "Report", "In which report.", on={**SAME_RESIDENT, "key": "{p}.report_id"}
    )


@stored(view="report_link", letter="l", owned=True, kind="REPORT", rule=rules.own(CareScope.REPORTS), scopes=READ)
class ReportLink(Node):
    """A link under which anyone reads a report for a while: the report as it is then, amended or not."""

    url: str | None = field("The address, while it leads to the report.")
    created_at: DateTime = field("When it was made.")
    expires_at: DateTime = field("When it ends.")
    revoked_at: DateTime | None = field("Since when it was ended.")
    asks_passcode: bool = field("Whether whoever opens it must know a passcode.")
    locked: bool = field("Whether five wrong passcodes have ended it.")
    opened_count: int = field("How often it was opened; each time is in the access log.")


@stored(view="report", letter="r", owned=True, kind="REPORT", rule=REPORT, scopes=READ)
class Report(HealthRecordEntry):
    """What an examination came to. An amendment is a report of its own, which supersedes the one before; of a withdrawn one nothing
    is shown that it said."""

    number: str = field("The institution's number, the same for all versions.")
    version: int = field("1, and one more with each amendment.")
    title: str = field("What it is on.")
    category: ReportCategory = field("Of which kind the examination was.")
    status: ReportStatus = field("Whether it stands.")
    findings: str | None = field("What was seen.")
    conclusion: str | None = field("What follows from it.")
    observed_at: DateTime = field("When it was examined.")
    issued_at: DateTime = field("When this version was published.")
    read_at: DateTime | None = field("When the resident or a carer first said that they had read it; null for institutions.")
    amend_reason: str | None = field("Why it took the place of the version before.")
    withdrawn_at: DateTime | None = field("When it was withdrawn.")
    withdraw_reason: str | None = field("Why.")
    credential: str | None = field("A SMART Health Card (shc:/ and digits) that proves what the report says.")
    author: Doctor | None = edge("Doctor", "The doctor who answers for it.", on={"key": "{p}.author_id"})
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident",
        "Who was examined; for institutions while they are here.",
        on=SAME_RESIDENT,
        narrow=rules.RESIDENT_OF_APPOINTMENT,
    )
    observations: list[Observation] = listed(
        "Observation",
        "What was found, in the order of the institution.",
        on={**SAME_RESIDENT, "report_id": "{p}.key"},
        order=Order(("position",), ("int",)),
    )
    document: File | None = edge(
        "File",
        "The report as a PDF, in Chinese and English.",
        on={**SAME_RESIDENT, "subject_id": "{p}.key"},
        always="{t}.kind = 'REPORT'",
        when="{p}.status <> 'WITHDRAWN'",
    )
    links: list[ReportLink] = listed(
        "ReportLink",
        "Under which it is shared, newest first; for the resident and carers alone.",
        on={**SAME_RESIDENT, "report_id": "{p}.key"},
        order=newest_first(),
    )
    supersedes: Annotated["Report", strawberry.lazy("schema.reports")] | None = edge(
        "Report", "The version before.", on={**SAME_RESIDENT, "key": "{p}.supersedes_id"}
    )
    superseded_by: Annotated["Report", strawberry.lazy("schema.reports")] | None = edge(
        "Report", "The version that took its place.", on={**SAME_RESIDENT, "key": "{p}.superseded_by_id"}
    )
