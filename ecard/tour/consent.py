"""Who may look: a consent is given, used and taken back; an emergency is seen; and the log is verified."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.access_list import find_break
from domain.times import to_text
from ecard.tour import display
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties

AGREED_FOR = timedelta(days=30)
SAFELY = {"Prescription"}
REASON = "患者昏迷，急诊抢救"
Row = dict[str, Any]


def agree(parties: Parties) -> None:
    """Another hospital reads what the resident lets it, for as long as they do."""
    display.chapter("A consent")
    other = parties.other
    other.sign_in_with(parties.credentials(parties.other_code))
    code = parties.present("RECORDS")["text"]
    visit = other.change("VerifyCode", parties.scan(code, "DIAGNOSE"), "at another hospital")["visit"]["id"]
    expect(_kinds(parties, visit, "before any consent") == SAFELY, "it reads what treating safely needs: what medicine is taken")
    expires_at = to_text((datetime.now(UTC) + AGREED_FOR).replace(microsecond=0))
    given = {"institutionId": parties.institution_id(parties.other_code), "kinds": ["REPORT"], "expiresAt": expires_at}
    consent = parties.resident.change("GrantConsent", {"input": given})["consent"]
    expect(_kinds(parties, visit, "with the consent") == SAFELY | {"Report"}, "it reads the reports as well")
    revoked = parties.resident.change("RevokeConsent", {"id": consent["id"]})["consent"]
    expect(revoked["revokedAt"], "the consent is taken back")
    expect(_kinds(parties, visit, "after that") == SAFELY, "and from then on it reads them no more")
    listed = parties.resident.send("Consents", {"first": 10})["resident"]["consents"]["nodes"]
    expect([one["revokedAt"] for one in listed] == [revoked["revokedAt"]], "the resident sees what was agreed to, and until when")
    parties.other.refused("BreakGlass", {"input": {"visitId": visit, "reason": " "}}, "INVALID_INPUT", "without a reason")
    broken = other.change("BreakGlass", {"input": {"visitId": visit, "reason": REASON}}, "in an emergency")["visit"]
    expect(_kinds(parties, broken["id"], "in the emergency") >= {"Encounter", "Report", "Prescription"}, "it reads everything")


def look(parties: Parties) -> None:
    """The resident sees who looked, and a program verifies that nothing was changed."""
    display.chapter("Who looked")
    nodes = parties.resident.send("AccessLog", {"first": 20})["resident"]["accessLog"]["nodes"]
    seen = nodes[0]
    expect(seen["breakGlass"] and seen["reason"] == REASON, "the emergency stands on top, with its reason")
    chain = _chain(parties)
    expect(any(one["purpose"] == "SHARED" for one in chain), "further down stands whoever had the link")
    expect(find_break(chain) is None and chain[-1]["entry"] == 1, f"the chain of {len(chain)} entries is whole")
    middle = chain[len(chain) // 2]
    flipped = [{**one, "actor": one["actor"] + "x"} if one is middle else one for one in chain]
    found = find_break(flipped)
    expect(found is not None and found.entry == middle["entry"], f"a changed letter is found, in entry {middle['entry']}")


def _kinds(parties: Parties, visit: str, when: str) -> set[str]:
    """Of which kinds the other hospital reads entries that it did not write."""
    resident = parties.other.send("VisitRecord", {"visitId": visit, "first": 50}, when)["node"]["resident"]
    return {node["__typename"] for node in resident["healthRecord"]["nodes"]}


def _chain(parties: Parties) -> list[Row]:
    """The whole log, page by page."""
    nodes: list[Row] = []
    after = None
    while True:
        page = parties.resident.send("AccessLogChain", {"first": 50, "after": after})["me"]["accessLog"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
