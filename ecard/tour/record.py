"""A check-up with an abnormal result and its follow-up: the reports are read, and one is shared."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.times import to_text
from ecard.tour import display
from ecard.tour.clinic import DOCTORS, Clinic
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties

GLUCOSE = "14749-6"
PASSCODE = "271828"
SHARED_FOR = timedelta(days=7)
Row = dict[str, Any]


def check_up(parties: Parties, clinic: Clinic) -> str:
    """The doctor sees the resident, the laboratory reports, and after the follow-up there is a trend: the visit's id."""
    display.chapter("A check-up, and its follow-up")
    text = parties.present("RECORDS")["text"]
    visit: str = parties.hospital.change("VerifyCode", parties.scan(text, "DIAGNOSE"), "in the doctor's room")["visit"]["id"]
    seen = {
        "visitId": visit,
        "departmentId": clinic.department,
        "doctorId": clinic.doctors[DOCTORS[0]],
        "diagnoses": [{"code": "R73.9", "display": "血糖升高"}],
        "note": "口渴一月，建议复查空腹血糖。",
        "idempotencyKey": secrets.token_hex(8),
    }
    encounter = parties.hospital.change("RecordEncounter", {"input": seen})["encounter"]
    expect(encounter["diagnoses"] == seen["diagnoses"], "what the doctor found is in the record")
    first = _publish(parties, clinic, visit, "TJ-1", "CHECKUP", "健康体检", "7.4", "HIGH")
    read = _read(parties, first)
    [glucose] = [one for one in read["observations"] if one["code"] == GLUCOSE]
    expect(glucose["flag"] == "HIGH", "the abnormal value is marked")
    expect(read["credential"].startswith("shc:/"), "a SMART Health Card proves the report to anyone")
    follow_up = _publish(parties, clinic, visit, "FC-1", "LABORATORY", "空腹血糖复查", "5.6", "NORMAL")
    trend = parties.resident.send("Trend", {"code": GLUCOSE, "first": 10})["resident"]["observations"]["nodes"]
    expect([one["value"] for one in trend] == ["5.6", "7.4"], "the same examination over time, newest first")
    _amend(parties, first)
    _share(parties, follow_up)
    return visit


def timeline(parties: Parties) -> None:
    """Everything that happened, in one list."""
    display.chapter("The health record")
    resident = parties.resident.send("HealthRecord", {"first": 50})["resident"]
    kinds = {edge["node"]["__typename"] for edge in resident["healthRecord"]["edges"]}
    expect(kinds >= {"Encounter", "Report", "Prescription"}, "what doctors found, reports and medicine stand in one timeline")
    expect(resident["healthSummary"]["medications"], "and the summary knows what is being taken")


def _publish(parties: Parties, clinic: Clinic, visit: str, number: str, category: str, title: str, value: str, flag: str) -> str:
    """The report's id."""
    given = {
        "visitId": visit,
        "number": number,
        "title": title,
        "category": category,
        "observations": [
            {"code": GLUCOSE, "display": "葡萄糖", "value": value, "unit": "mmol/L", "referenceRange": "3.9-6.1", "flag": flag},
            {"code": "718-7", "display": "血红蛋白", "value": "138", "unit": "g/L", "referenceRange": "115-175", "flag": "NORMAL"},
        ],
        "conclusion": "空腹血糖偏高。" if flag == "HIGH" else "空腹血糖正常。",
        "authorId": clinic.doctors[DOCTORS[0]],
        "idempotencyKey": secrets.token_hex(8),
    }
    report = parties.hospital.change("PublishReport", {"input": given})["report"]
    expect(report["status"] == "FINAL", "the report is published; a worker draws its page")
    id: str = report["id"]
    return id


def _read(parties: Parties, report: str) -> Row:
    """The resident reads it: what the phone shows, and the PDF."""
    listed = parties.resident.send("Reports", {"first": 10})["resident"]["reports"]["nodes"]
    expect([one["readAt"] for one in listed if one["id"] == report] == [None], "the phone lists it, unread")

    def drawn(data: Row) -> Row | None:
        node: Row = data["node"]
        return node if node["document"]["status"] == "READY" else None

    shown: Row = parties.resident.wait_for("Report", {"id": report}, drawn, "the report's page")
    parties.resident.fetch(shown["document"]["url"], "application/pdf")
    marked = parties.resident.change("MarkReportRead", {"id": report})["report"]
    expect(marked["readAt"], "it is read")
    return shown


def _amend(parties: Parties, report: str) -> None:
    """The hospital corrects it: the first version stays, marked, and leads to the next."""
    given = {"reportId": report, "conclusion": "餐后血糖偏高。", "reason": "采血时间更正", "idempotencyKey": secrets.token_hex(8)}
    amended = parties.hospital.change("AmendReport", {"input": given})["report"]
    expect(amended["version"] == 2 and amended["supersedes"]["id"] == report, "the amendment is the second version")
    before = parties.resident.send("Report", {"id": report}, "the version before")["node"]
    expect(before["status"] == "AMENDED" and before["supersededBy"]["id"] == amended["id"], "it leads to its successor")


def _share(parties: Parties, report: str) -> None:
    """A link with a passcode: whoever has both reads the report, until the link is revoked."""
    expires_at = to_text((datetime.now(UTC) + SHARED_FOR).replace(microsecond=0))
    given = {"reportId": report, "expiresAt": expires_at, "passcode": PASSCODE}

    def drawn(data: Row) -> bool:
        return bool(data["node"]["document"]["status"] == "READY")

    parties.resident.wait_for("Report", {"id": report}, drawn, "the report's page")
    link = parties.resident.change("ShareReport", {"input": given})["link"]
    page = parties.resident.fetch(link["url"], "text/html").decode()
    expect(re.search(r'name="passcode"', page), "whoever has the link is asked for the passcode")
    expect(parties.opened(link["url"], "000000") == (403, "text/html"), "a wrong one opens nothing")
    expect(parties.opened(link["url"], PASSCODE) == (200, "application/pdf"), "the right one opens the report")
    links = parties.resident.send("Report", {"id": report}, "to see who came")["node"]["links"]
    expect([one["openedCount"] for one in links] == [1], "it was opened once")
    parties.resident.change("RevokeReportLink", {"id": link["id"]})
    expect(parties.opened(link["url"], PASSCODE)[0] == 404, "a revoked link leads nowhere")
