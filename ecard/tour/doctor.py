"""A family doctor: found, asked, accepted, served by, renewed and left."""

import secrets
from typing import Any

from ecard.tour import display
from ecard.tour.clinic import DOCTORS, Clinic
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties
from ecard.tour.payments import pay_on_the_phone
from ecard.tour.trust import Elder

PACKAGES = (
    {"code": "JC", "name": "基础服务包", "annualFee": "0.00", "services": [{"name": "健康体检", "promised": 1}]},
    {"code": "LN", "name": "老年人服务包", "annualFee": "60.00", "services": [
        {"name": "上门巡诊", "promised": 4}, {"name": "血压测量", "promised": 12}]},
)  # fmt: skip
DISTRICT, CALL = "南山区", "上门巡诊"
Row = dict[str, Any]


def find_doctor(parties: Parties, clinic: Clinic, elder: Elder) -> str:
    """A team with one place is published, found and asked, and accepts: the agreement's id."""
    display.chapter("A family doctor")
    _leave_former(parties, elder)
    team = _publish(parties, clinic)
    [offer] = [one for one in _teams(parties) if one["id"] == team["id"]]
    expect(offer["openPlaces"] == 1 and len(offer["packages"]) == 2, "the team is found in its district, with what it promises")
    wish = {"teamId": team["id"], "packageIds": [one["id"] for one in offer["packages"]], "residentId": elder.resident["id"]}
    asked = parties.mother.change("SignUpWithFamilyDoctor", {"input": wish}, "for the grandparent")["agreement"]
    expect(asked["status"] == "REQUESTED" and asked["decideBy"], "the team is asked, and has three days to decide")
    again = parties.mother.change("SignUpWithFamilyDoctor", {"input": wish}, "again, since the answer may have been lost")
    expect(again["agreement"] == asked, "it is the same agreement")
    own = {"input": {name: wish[name] for name in ("teamId", "packageIds")}}
    parties.resident.refused("SignUpWithFamilyDoctor", own, "TEAM_FULL", "of a team whose last place is taken")
    id: str = asked["id"]
    _accept(parties, elder, id)
    return id


def serve(parties: Parties, elder: Elder, agreement: str) -> None:
    """What was delivered is counted against what was promised, and both sides see it."""
    display.chapter("The family doctor comes")
    for _ in range(2):
        visited = {"agreementId": agreement, "service": CALL, "idempotencyKey": secrets.token_hex(8)}
        parties.hospital.change("RecordFamilyDoctorService", {"input": visited})
    parties.hospital.change("RecordFamilyDoctorService", {"input": visited}, "again, since the answer may have been lost")
    unknown = {"input": {**visited, "service": "针灸", "idempotencyKey": secrets.token_hex(8)}}
    parties.hospital.refused("RecordFamilyDoctorService", unknown, "INVALID_INPUT", "of what nobody promised")
    theirs = parties.hospital.send("FamilyDoctorAgreements", {"statuses": ["ACTIVE"], "first": 20})["institution"]
    [row] = [one for one in theirs["familyDoctorAgreements"]["nodes"] if one["id"] == agreement]
    mine = parties.elder.send("MyFamilyDoctor", {})["resident"]["familyDoctorAgreement"]
    counted = [{one["name"]: (one["promised"], one["delivered"]) for one in side["services"]} for side in (row, mine)]
    expect(counted[0] == counted[1] and counted[0][CALL] == (4, 2), "two of four calls: the team and the grandparent see the same")


def renew_and_leave(parties: Parties, elder: Elder, agreement: str) -> None:
    """A year more; then the grandparent moves away, and whoever waits for a place finds one."""
    display.chapter("The year is over")
    wish = {"input": {"agreementId": agreement}}
    before = _own(parties, elder)
    renewed = parties.mother.change("RenewFamilyDoctorAgreement", wish)["agreement"]
    expect(int(renewed["endsOn"][:4]) == int(before["endsOn"][:4]) + 1, "the agreement runs a year longer")
    again = parties.mother.change("RenewFamilyDoctorAgreement", wish, "again")["agreement"]
    expect(again == renewed, "one renews once ahead")
    bill = _own(parties, elder)["bill"]
    expect(bill["status"] == "UNPAID" and bill["id"] != before["bill"]["id"], "with a bill of its own")
    parties.elder.change("EndFamilyDoctorAgreement", {"input": {"agreementId": agreement, "reason": "搬到其他城区"}})
    over = _own(parties, elder)
    expect(over["status"] == "ENDED", "the grandparent moves away")
    bills = parties.elder.send("Bills", {"statuses": ["CANCELLED"], "first": 20})["resident"]["bills"]["nodes"]
    expect(bill["id"] in {one["id"] for one in bills}, "the year that had not begun costs nothing")


def _publish(parties: Parties, clinic: Clinic) -> Row:
    leader = clinic.doctors[DOCTORS[0]]
    team = {"code": "JT1", "name": "桃园社康家庭医生团队", "leaderId": leader, "capacity": 1, "packages": PACKAGES}
    published = parties.hospital.change("PublishFamilyDoctorTeam", {"input": team})["team"]
    again = parties.hospital.change("PublishFamilyDoctorTeam", {"input": team}, "again")["team"]
    expect(again == published and published["openPlaces"] == 1, "a team with one place; publishing it again changes nothing")
    done: Row = published
    return done


def _teams(parties: Parties) -> list[Row]:
    """Those of the district, page by page."""
    found: list[Row] = []
    after = None
    while True:
        page = parties.mother.send("FamilyDoctorTeams", {"district": DISTRICT, "first": 20, "after": after})["familyDoctorTeams"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def _accept(parties: Parties, elder: Elder, agreement: str) -> None:
    waiting = parties.hospital.send("FamilyDoctorAgreements", {"first": 20})["institution"]["familyDoctorAgreements"]["nodes"]
    [row] = [one for one in waiting if one["id"] == agreement]
    expect(row["resident"]["fullName"] == elder.known["name"], "the team knows who asks")
    decision = {"input": {"agreementId": agreement, "accept": True}}
    accepted = parties.hospital.change("DecideFamilyDoctorAgreement", decision)["agreement"]
    expect(accepted["status"] == "ACTIVE" and accepted["endsOn"], "accepted, for a year from today")
    bill = _own(parties, elder)["bill"]
    expect(bill["status"] == "UNPAID", "the year's fee comes as a bill")
    pay_on_the_phone(parties, bill, parties.mother)


def _own(parties: Parties, elder: Elder) -> Row:
    """The grandparent's agreement, as the mother sees it; empty where there has been none."""
    found: Row | None = parties.mother.send("MyFamilyDoctor", {"residentId": elder.resident["id"]})["resident"][
        "familyDoctorAgreement"
    ]
    return found or {}


def _leave_former(parties: Parties, elder: Elder) -> None:
    """Of a tour that was broken off."""
    former = _own(parties, elder)
    if former.get("status") in ("REQUESTED", "ACTIVE"):
        ended = {"agreementId": former["id"], "reason": "更换团队"}
        parties.mother.change("EndFamilyDoctorAgreement", {"input": ended}, "of the one before")
