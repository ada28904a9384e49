"""Chapter one: a hospital joins, and a resident gets a card."""

import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecard.tour import display
from ecard.tour.consumer import Consumer, TourError, expect
from ecard.tour.parties import Parties
from ecard.tour.reader import read_picture

LONGEST_PAUSE = 75.0  # seconds to wait until a phone may have another code
CARE_STEPS = ["REGISTER", "DIAGNOSE", "EXAMINE", "PAY"]


def join(parties: Parties) -> None:
    """The operator opens the platform to a hospital, which signs in with the credentials it was given."""
    display.chapter("A hospital joins")
    parties.operator.sign_in_with(parties.credentials("operator"))
    new = {
        "code": parties.hospital_code,
        "name": "深圳市南山区人民医院",
        "district": "南山区",
        "level": "三级甲等",
        "address": "深圳市南山区桃园路89号",
        "acceptsOutpatient": True,
        "acceptsInpatient": False,
        "careSteps": CARE_STEPS[:3],
    }
    registered = parties.operator.change("RegisterInstitution", {"input": new})
    expect(registered["client"]["secret"], "the hospital's credentials, with a secret that is shown this once")
    changed = {"institutionId": registered["institution"]["id"], "careSteps": CARE_STEPS}
    updated = parties.operator.change("UpdateInstitution", {"input": changed}, "to accept the card for paying too")
    expect(updated["institution"]["careSteps"] == CARE_STEPS, "the hospital accepts the card at four steps")
    parties.hospital_id = registered["institution"]["id"]
    parties.hospital.sign_in_with((registered["client"]["id"], registered["client"]["secret"]))
    expect(parties.hospital.send("ServerTime", {})["serverTime"], "the hospital's system can set its clock")
    found = parties.resident.send("Institutions", {"filter": {"district": "南山区"}, "first": 100}, "before having any card")
    codes = [edge["node"]["code"] for edge in found["institutions"]["edges"]]
    expect(parties.hospital_code in codes, "people find the hospital in its district")


def apply(parties: Parties) -> None:
    """A resident applies: a code by SMS, the registry's word, a card, and its image from a worker."""
    display.chapter("A resident applies")
    # The oldest get theirs in another chapter.
    known = [one for one in parties.ready["applicants"] if one["documentType"] == "RESIDENT_ID" and one not in parties.elders]
    for one in secrets.SystemRandom().sample(known, len(known)):
        parties.resident.token = None
        _apply_as(parties, one)
        if parties.is_free(parties.resident, datetime.now(UTC)):
            break
    else:
        raise TourError("every applicant walked this tour within the last hour")
    png = parties.resident.fetch(_image(parties), "image/png")
    parties.card_code = read_picture(png)
    expect(parties.card_code, "a reader reads the QR that a worker drew")


def _apply_as(parties: Parties, one: Mapping[str, Any]) -> None:
    parties.applicant = one
    code = verification_code(parties, parties.resident, one)
    given = {
        "fullName": one["name"],
        "document": {"type": one["documentType"], "number": one["documentNumber"]},
        "phone": one["phone"],
        "verificationCode": code,
    }
    applied = parties.resident.change("ApplyForCard", {"input": given})
    card = applied["card"]
    expect(card["status"] == "ACTIVE" and card["holder"]["fullName"] == one["name"], "an active card in the applicant's name")
    parties.session = applied["session"]
    parties.resident.token = parties.session["accessToken"]


def _image(parties: Parties) -> str:
    """The address of the card's image once it is there."""

    def find(data: dict[str, Any]) -> str | None:
        image = data["resident"]["card"]["image"]
        if image["status"] == "FAILED":
            raise TourError("the worker could not draw the card's image")
        return image["url"] if image["status"] == "READY" else None

    return str(parties.resident.wait_for("Card", {}, find, "the card's image"))


def sign_in(parties: Parties, phone: Consumer, one: Mapping[str, Any]) -> None:
    """Signs the person in whose phone it is."""
    code = verification_code(parties, phone, one)
    given = {"phone": one["phone"], "verificationCode": code, "device": "tour"}
    phone.token = phone.change("SignIn", {"input": given})["session"]["accessToken"]


def verification_code(parties: Parties, phone: Consumer, one: Mapping[str, Any], purpose: str = "SIGN_IN") -> str:
    """The code that comes to this person's phone, for what `phone` asks. Waits when it was sent one a moment ago."""
    while True:
        before = len(parties.messages())
        wish = {"input": {"phone": one["phone"], "purpose": purpose}}
        answer = phone.send("RequestVerificationCode", wish)["requestVerificationCode"]
        if not answer["userErrors"]:
            expect("*" in answer["sentTo"], "a code is on its way to the masked phone")
            return parties.received(before, one["phone"])
        (problem,) = answer["userErrors"]
        if problem["code"] != "RATE_LIMITED" or problem["retryAt"] is None:
            raise TourError(f"RequestVerificationCode was refused: {problem}")
        pause = (datetime.fromisoformat(problem["retryAt"]) - datetime.now(UTC)).total_seconds()
        if pause > LONGEST_PAUSE:
            raise TourError(f"this phone may have no code until {problem['retryAt']}")
        display.waiting(f"this phone may have another code in {max(pause, 0):.0f} seconds")
        time.sleep(max(pause, 0) + 0.2)
