"""Somebody comes who cannot say who they are: a temporary card, bound to the real one when it has turned out."""

import secrets
from typing import Any

from ecard.tour import display
from ecard.tour.clinic import DOCTORS, Clinic
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties
from ecard.tour.trust import Elder

WHO = {"sex": "FEMALE", "age": 70}
Row = dict[str, Any]


def find_out(parties: Parties, clinic: Clinic, elder: Elder) -> None:
    """The card is bound to the wrong person, undone, and bound to the grandparent, whose family finds what was done."""
    display.chapter("Somebody who cannot say who they are")
    issued = parties.hospital.change("IssueTemporaryCard", {"input": {**WHO, **_place(parties)}})
    expect(issued["card"]["temporary"] and issued["code"]["text"].endswith(":1"), "a card, and a code for the wristband")
    stranger = issued["visit"]["resident"]["id"]
    _treat(parties, clinic, issued["visit"]["id"])
    mistaken = parties.present("RECORDS")["text"]
    _bind(parties, issued["card"]["id"], mistaken, "同名，辨认有误")
    undone = {"cardId": issued["card"]["id"], "reason": "绑定错误"}
    parties.hospital.change("UndoTemporaryCardBinding", {"input": undone}, "when the mistake is noticed")
    shown = parties.resident.send("HealthRecord", {"residentId": stranger, "first": 5})["resident"]
    expect(shown is None, "whoever it was bound to by mistake sees nothing of it")
    found = _bind(parties, issued["card"]["id"], parties.present("RECORDS", of=elder.resident)["text"], "家属辨认")
    scan = parties.scan(issued["code"]["text"])
    seen = parties.hospital.change("VerifyCode", scan, "with the wristband")["visit"]["resident"]
    expect(seen["id"] == found and seen["fullName"] == elder.known["name"], "the wristband leads to the real card now")
    for phone in (parties.elder, parties.mother):
        record = phone.send("HealthRecord", {"residentId": stranger, "first": 5})["resident"]["healthRecord"]["edges"]
        expect([edge["node"]["__typename"] for edge in record] == ["Encounter"], f"the {phone.who.lower()} finds what was done")


def _place(parties: Parties) -> Row:
    scan: Row = parties.scan("", "DIAGNOSE")["input"]
    return {name: scan[name] for name in ("careStep", "careSetting", "terminal")} | {"idempotencyKey": secrets.token_hex(8)}


def _treat(parties: Parties, clinic: Clinic, visit: str) -> None:
    seen = {
        "visitId": visit,
        "departmentId": clinic.department,
        "doctorId": clinic.doctors[DOCTORS[1]],
        "diagnoses": [{"code": "R55", "display": "晕厥"}],
        "idempotencyKey": secrets.token_hex(8),
    }
    parties.hospital.change("RecordEncounter", {"input": seen}, "of whoever it is")


def _bind(parties: Parties, card: str, code: str, reason: str) -> str:
    """Binds it to whoever shows this code: the resident's id."""
    visit = parties.hospital.change("VerifyCode", parties.scan(code, "DIAGNOSE"), "of whom it seems to be")["visit"]["id"]
    given = {"cardId": card, "visitId": visit, "reason": reason}
    bound = parties.hospital.change("BindTemporaryCard", {"input": given})["visit"]
    expect(bound["id"] == visit, "the temporary card is bound")
    id: str = bound["resident"]["id"]
    return id
