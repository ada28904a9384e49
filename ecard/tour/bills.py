"""The hospital bills what it did, and what does not add up is refused."""

import secrets
from typing import Any

from ecard.tour import display
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties

ITEMS = (
    {"code": "250101015", "name": "血细胞分析", "quantity": "1", "unit": "次", "unitPrice": "20.00"},
    {"code": "XJ01CAA040", "name": "阿莫西林胶囊 0.25g×24粒", "quantity": "2", "unit": "盒", "unitPrice": "12.35"},
)
TOTAL, INSURED, SELF_PAID = "44.70", "26.82", "17.88"
COUNT = 4


def charge(parties: Parties) -> list[dict[str, Any]]:
    """As many bills as there are ways to pay."""
    display.chapter("The hospital bills")
    text = parties.present("RECORDS")["text"]
    visit = parties.hospital.change("VerifyCode", parties.scan(text, "DIAGNOSE"), "in the doctor's room")["visit"]
    wrong = _bill(visit["id"], "MZ-0", insured="44.71")
    parties.hospital.refused("IssueBill", wrong, "AMOUNT_MISMATCH", "of which more is insured than it comes to")
    first = _bill(visit["id"], "MZ-1")
    bills = [parties.hospital.change("IssueBill", first)["bill"]]
    amounts = tuple(bills[0][name]["amount"] for name in ("total", "insured", "selfPaid"))
    expect(amounts == (TOTAL, INSURED, SELF_PAID), "it adds up, to the fen")
    again = parties.hospital.change("IssueBill", _bill(visit["id"], "MZ-1"), "with the same number and content")["bill"]
    expect(again == bills[0], "it is the same bill")
    other = _bill(visit["id"], "MZ-1", insured="0.00")
    parties.hospital.refused("IssueBill", other, "CONFLICT", "with the same number and other content")
    for number in range(2, COUNT + 1):
        bills.append(parties.hospital.change("IssueBill", _bill(visit["id"], f"MZ-{number}"))["bill"])
    seen = parties.resident.send("Bills", {"statuses": ["UNPAID"], "first": 20})["resident"]["bills"]["nodes"]
    mine = {one["id"]: one for one in seen}
    expect({one["id"] for one in bills} <= set(mine), "the resident sees what is to be paid")
    expect(len(mine[bills[0]["id"]]["items"]) == len(ITEMS), "and what for")
    return bills


def _bill(visit_id: str, number: str, insured: str = INSURED) -> dict[str, Any]:
    given = {"visitId": visit_id, "number": number, "items": ITEMS, "insured": insured, "idempotencyKey": secrets.token_hex(8)}
    return {"input": given}
