"""What PostGraphile answers is brought into the platform's shape, and into no other."""

from base64 import b64encode, urlsafe_b64decode

import orjson

from benchmarks.shapes import health_record, home

AT = "2026-11-26T14:00:00.000000+08:00"


def test_times_lose_the_zeros_of_their_fraction_alone() -> None:
    answered = {"me": {"at": AT, "then": ["2026-11-26T14:00:00.120300+08:00", "20.000000", None]}}
    assert home(answered) == {
        "me": {"at": "2026-11-26T14:00:00+08:00", "then": ["2026-11-26T14:00:00.1203+08:00", "20.000000", None]}
    }


def test_the_page_of_the_record_is_put_together() -> None:
    cursor = b64encode(orjson.dumps(["order", AT, "a key", "a resident", "a key"])).decode()
    lists = {"allergies": [], "conditions": [{"display": "x"}], "medications": [], "immunizations": []}
    entry = {"__typename": "Report", "occurredAt": AT, "institution": None, "id": "r1", "title": "y"}
    page = {"pageInfo": {"hasNextPage": True, "endCursor": cursor}, "edges": [{"node": entry}]}
    shaped = health_record({"resident": {"id": "R", "blood": None, **lists, "healthRecord": page}})["resident"]
    assert shaped["healthSummary"] == {"bloodType": None, **lists}
    assert list(shaped["healthRecord"]["edges"][0]["node"]) == ["__typename", "id", "occurredAt", "institution", "title"]
    ends = shaped["healthRecord"]["pageInfo"]["endCursor"]
    assert urlsafe_b64decode(ends + "==") == b'["2026-11-26 14:00:00+08", "a key"]'


def test_whoever_may_not_see_the_resident_is_shown_nothing() -> None:
    assert health_record({"resident": None}) == {"resident": None}
