"""Chapter two: the card is shown, scanned, printed, lost and found."""

from typing import Any

from ecard.tour import display
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties
from ecard.tour.reader import read_page


def show(parties: Parties) -> None:
    """A code works once, for what it was asked for; each care step sees what it needs."""
    display.chapter("The card is shown and scanned")
    seen = parties.hospital.change("VerifyCode", parties.scan(parties.card_code), "with the card's image")["visit"]
    expect(seen["resident"]["id"], "the image identifies, and only that")
    text = parties.present("IDENTIFY")["text"]
    expect(len(text) < 200, "under 200 characters, so that any reader reads it")
    visit = parties.hospital.change("VerifyCode", parties.scan(text), "at the window that registers")["visit"]
    person = visit["resident"]
    expect(person["fullName"] == parties.applicant["name"], "the window knows who is there")
    expect("*" in person["documentNumberMasked"] and "*" in person["phoneMasked"], "with masked numbers")
    parties.hospital.refused("VerifyCode", parties.scan(text), "ALREADY_USED", "with the same code again")
    numbered = {"visitId": visit["id"], "patientNumber": f"P-{parties.hospital_code}"}
    linked = parties.hospital.change("LinkPatientNumber", {"input": numbered})
    expect(linked["visit"]["patientNumber"] == numbered["patientNumber"], "the hospital's own number is bound to the card")
    identify = parties.present("IDENTIFY")["text"]
    parties.hospital.refused("VerifyCode", parties.scan(identify, "PAY"), "WRONG_PURPOSE", "with an IDENTIFY code at the cashier")
    collecting = parties.scan(identify, "COLLECT_MEDICINE")
    parties.hospital.refused("VerifyCode", collecting, "NOT_ACCEPTED_HERE", "at a step that is not open here")
    pay = parties.present("PAY")["text"]
    paying = parties.hospital.change("VerifyCode", parties.scan(pay, "PAY"), "with a PAY code at the cashier")["visit"]["resident"]
    expect(paying["fullName"], "the cashier sees the name")
    hidden = ("sex", "birthDate", "documentNumberMasked", "phoneMasked")
    expect(all(paying[name] is None for name in hidden), "and nothing that paying does not need")
    national = parties.present("IDENTIFY", "NATIONAL")["text"]
    expect(national.split(":")[1] == "0", "the dynamic form that readers already in use understand")
    parties.hospital.change("VerifyCode", parties.scan(national), "with the national form")
    parties.hospital.refused("VerifyCode", parties.scan(national), "ALREADY_USED", "with the national form again")


def paper(parties: Parties) -> str:
    """A printed page: accepted until it is revoked. Returns what the code on a second page holds."""
    display.chapter("The card on paper")
    first = _print(parties, "冰箱上")
    parties.hospital.change("VerifyCode", parties.scan(first[1]), "with the printed code")
    parties.hospital.change("VerifyCode", parties.scan(first[1]), "with the same paper again: it identifies as often as needed")
    revoked = parties.resident.change("RevokePrintedCode", {"id": first[0]})["printedCode"]
    expect(revoked["revokedAt"], "the page is revoked")
    parties.hospital.refused("VerifyCode", parties.scan(first[1]), "REVOKED", "with the revoked page")
    return _print(parties, "钱包里")[1]


def lose(parties: Parties, page: str) -> None:
    """Lost, found, replaced. `page`: the code on a page that was printed before."""
    display.chapter("The card is lost, found and replaced")
    suspended = parties.resident.change("SuspendCard", {"input": {"reason": "手机丢失"}})["card"]
    expect(suspended["status"] == "SUSPENDED", "the card is suspended")
    parties.hospital.refused("VerifyCode", parties.scan(page), "CARD_SUSPENDED", "with a page of a suspended card")
    parties.resident.refused("PresentCard", {"input": {"purpose": "IDENTIFY"}}, "CARD_SUSPENDED", "of a suspended card")
    resumed = parties.resident.change("ResumeCard", {"input": {}})["card"]
    expect(resumed["status"] == "ACTIVE", "the card is back")
    parties.hospital.change("VerifyCode", parties.scan(page), "with the page, accepted again")
    replaced = parties.resident.change("ReplaceCard", {"input": {"reason": "钱包被盗"}})["card"]
    expect(replaced["id"] != suspended["id"] and replaced["status"] == "ACTIVE", "a new card with a new number")
    parties.hospital.refused("VerifyCode", parties.scan(page), "REVOKED", "with a page of the card before")


def _print(parties: Parties, label: str) -> tuple[str, str]:
    """A printed code's id, and what the QR on its page holds, read off the page as a scanner would."""
    printed = parties.resident.change("PrintCard", {"input": {"label": label}})["printedCode"]

    def find(data: dict[str, Any]) -> str | None:
        for one in data["resident"]["card"]["printedCodes"]:
            if one["id"] == printed["id"] and one["document"]["status"] == "READY":
                return str(one["document"]["url"])
        return None

    page = parties.resident.wait_for("Card", {}, find, "the printed page")
    text = read_page(parties.resident.fetch(page, "application/pdf"))
    expect(text, "a reader reads the QR on the page")
    return printed["id"], text
