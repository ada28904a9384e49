"""A child is born: a card by the birth certificate, the first check-up, and the number that comes later."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecard.tour import display
from ecard.tour.apply import sign_in
from ecard.tour.clinic import DOCTORS, Clinic
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties

SCOPES = ["CARD", "APPOINTMENTS", "BILLS", "REPORTS", "PRESCRIPTIONS", "RECORDS", "FAMILY_DOCTOR"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Child:
    """The newborn as the registry knows it, and the member that the mother cares for: its id, and that of the resident."""

    known: Mapping[str, Any]
    member: str
    resident: Row


def born(parties: Parties) -> Child:
    """The mother adds her newborn, whom nobody else can add."""
    display.chapter("A child is born")
    newborns = [one for one in parties.ready["applicants"] if one["documentType"] == "BIRTH_CERTIFICATE"]
    mothers = {one["documentNumber"]: one for one in parties.ready["residents"]}
    mother = parties.longest_unasked([mothers[one["guardian"]] for one in newborns])
    newborn = next(one for one in newborns if one["guardian"] == mother["documentNumber"])
    sign_in(parties, parties.mother, mother)
    wish = {
        "fullName": newborn["name"],
        "document": {"type": "BIRTH_CERTIFICATE", "number": newborn["documentNumber"]},
        "relationship": "CHILD",
        "scopes": SCOPES,
    }
    parties.resident.refused("AddFamilyMember", {"input": wish}, "IDENTITY_NOT_VERIFIED", "of a child who is somebody else's")
    member = parties.mother.change("AddFamilyMember", {"input": wish}, "by the birth certificate")["familyMember"]
    expect(member["resident"]["card"], "the newborn has a card of its own")
    expect(member["expiresAt"], "and somebody who cares for it, until it is 18 at the latest")
    family = parties.mother.send("Home", {})["me"]["familyMembers"]
    expect(member["id"] in {one["id"] for one in family}, "the home screen shows the family")
    carers = parties.mother.send("Carers", {"residentId": member["resident"]["id"]})["resident"]["carers"]
    expect(mother["name"] in {one["carerName"] for one in carers}, "whoever cares for the child can be seen")
    return Child(newborn, member["id"], member["resident"])


def first_check_up(parties: Parties, clinic: Clinic, child: Child) -> None:
    """The mother shows the child's code; the hospital vaccinates and reports, and the phone of the mother shows it."""
    display.chapter("The child's first check-up")
    code = parties.present("RECORDS", of=child.resident)["text"]
    visit = parties.hospital.change("VerifyCode", parties.scan(code, "DIAGNOSE"), "with the child's code")["visit"]
    expect(visit["resident"]["fullName"] == child.known["name"], "the hospital knows the child")
    given = {"visitId": visit["id"], "vaccine": "乙型肝炎疫苗", "dose": "第1剂", "idempotencyKey": secrets.token_hex(8)}
    today = parties.hospital.send("ServerTime", {})["serverTime"][:10]
    vaccine = parties.hospital.change("RecordImmunization", {"input": {**given, "givenOn": today}})["immunization"]
    expect(vaccine["givenOn"] == today, "a vaccine is given")
    parties.hospital.change("PublishReport", {"input": _report(visit["id"], clinic)})
    about = {"residentId": child.resident["id"], "first": 20}
    reports = parties.mother.send("Reports", about)["resident"]["reports"]["nodes"]
    expect(reports[0]["title"] == "新生儿体检" and reports[0]["readAt"] is None, "the mother finds the report on her phone")
    kinds = _timeline(parties, child)
    expect({"Immunization", "Report"} <= set(kinds), "and both in the child's own health record")


def first_number(parties: Parties, child: Child) -> None:
    """The child gets the number of a citizen; card and history stay."""
    display.chapter("The child's own number")
    about = {"residentId": child.resident["id"]}
    before = parties.mother.send("Card", about, "while the child has a birth certificate")["resident"]
    timeline, number = _timeline(parties, child), child.known["laterDocumentNumber"]
    changed = {**about, "document": {"type": "RESIDENT_ID", "number": number}}
    resident = parties.mother.change("UpdateResident", {"input": changed})["resident"]
    masked = resident["documentNumberMasked"]
    expect("*" in masked and masked[-4:] == number[-4:], "the registry knows the child by its own number now")
    after = parties.mother.send("Card", about)["resident"]
    expect((after["id"], after["card"]) == (before["id"], before["card"]), "child and card are the same")
    expect(_timeline(parties, child) == timeline, "and the history is whole")


def _report(visit: str, clinic: Clinic) -> Row:
    return {
        "visitId": visit,
        "number": "XS-1",
        "title": "新生儿体检",
        "category": "CHECKUP",
        "observations": [
            {"code": "29463-7", "display": "体重", "value": "3.6", "unit": "kg", "referenceRange": "2.5-4.5", "flag": "NORMAL"},
            {"code": "8302-2", "display": "身长", "value": "51", "unit": "cm", "referenceRange": "46-55", "flag": "NORMAL"},
        ],
        "conclusion": "发育良好。",
        "authorId": clinic.doctors[DOCTORS[1]],
        "idempotencyKey": secrets.token_hex(8),
    }


def _timeline(parties: Parties, child: Child) -> list[str]:
    """The kinds of what is in the child's record, newest first."""
    about = {"residentId": child.resident["id"], "first": 50}
    edges = parties.mother.send("HealthRecord", about)["resident"]["healthRecord"]["edges"]
    return [edge["node"]["__typename"] for edge in edges]
