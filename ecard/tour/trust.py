"""Somebody old lets a daughter act for them, as far as they want and for as long as they want."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.times import to_text
from ecard.tour import display
from ecard.tour.apply import sign_in, verification_code
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties

# All but REPORTS.
SCOPES = ["CARD", "APPOINTMENTS", "BILLS", "PRESCRIPTIONS", "RECORDS", "FAMILY_DOCTOR"]
CARED_FOR = timedelta(days=365)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Elder:
    """The grandparent as the registry knows them. `resident`: as the mother's phone shows them; `carer`: the id under which they
    see that she cares for them."""

    known: Mapping[str, Any]
    resident: Row
    carer: str


def entrust(parties: Parties) -> Elder:
    """The grandparent agrees with a code that came to their own phone, and sees who may act for them."""
    display.chapter("A grandparent lets somebody help")
    known = parties.longest_unasked(parties.elders)
    wish = {
        "fullName": known["name"],
        "document": {"type": "RESIDENT_ID", "number": known["documentNumber"]},
        "relationship": "PARENT",
        "scopes": SCOPES,
        "expiresAt": to_text((datetime.now(UTC) + CARED_FOR).replace(microsecond=0)),
    }
    parties.mother.refused("AddFamilyMember", {"input": wish}, "INVALID_INPUT", "of an adult who was not asked")
    code = verification_code(parties, parties.mother, known, "ADD_FAMILY_MEMBER")
    agreed = {**wish, "phone": known["phone"], "verificationCode": code}
    told = "with the code that the grandparent told her"
    member = parties.mother.change("AddFamilyMember", {"input": agreed}, told)["familyMember"]
    expect(member["scopes"] == SCOPES and member["resident"]["card"], "the grandparent has a card, and she may do what was agreed")
    sign_in(parties, parties.elder, known)
    carers = parties.elder.send("Carers", {})["resident"]["carers"]
    [mine] = [one for one in carers if one["expiresAt"] == member["expiresAt"]]
    expect(mine["scopes"] == SCOPES, "the grandparent sees who may do what, and until when")
    return Elder(known, member["resident"], mine["id"])


def take_back(parties: Parties, elder: Elder) -> None:
    """The grandparent ends it, and from the next request on she sees nothing."""
    display.chapter("Help is ended")
    about = {"residentId": elder.resident["id"]}
    shown = parties.mother.send("Card", about, "while she may")["resident"]
    expect(shown["card"]["id"] == elder.resident["card"]["id"], "she sees the card of whom she cares for")
    parties.elder.change("RemoveFamilyMember", {"id": elder.carer})
    gone = parties.mother.send("Card", about, "once she may no more")["resident"]
    expect(gone is None, "from the next request on she sees nothing")
    wish = {"input": {**about, "purpose": "IDENTIFY"}}
    parties.mother.refused("PresentCard", wish, "NOT_FOUND", "of somebody whom she cares for no more")
