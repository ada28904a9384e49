"""Consents through the whole application: the documents that phones send, who sees what was opened, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest

from domain.times import to_text
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of
from tests.resolvers.test_consents import institution_id
from tests.resolvers.world import public

PROBLEM = "fragment Problem on UserError { code field message retryAt } "
GRANT = (
    PROBLEM
    + """
mutation GrantConsent($input: GrantConsentInput!) {
  grantConsent(input: $input) { consent { id institution { name } kinds from to expiresAt } userErrors { ...Problem } }
}"""
)
REVOKE = (
    PROBLEM
    + """
mutation RevokeConsent($id: ID!) {
  revokeConsent(input: { consentId: $id }) { consent { id revokedAt } userErrors { ...Problem } }
}"""
)
CONSENTS = """
query Consents($residentId: ID, $first: Int!, $after: String) {
  resident(id: $residentId) {
    consents(first: $first, after: $after) {
      nodes { id institution { name } kinds from to expiresAt revokedAt } pageInfo { hasNextPage endCursor }
    }
  }
}"""
NODE = "query($id: ID!) { node(id: $id) { ... on Consent { kinds resident { fullName sex birthDate documentNumberMasked } } } }"


def wish(asker: Asker, hospital: Viewer, days: int = 30, **given: Any) -> dict[str, Any]:
    """The input of a consent to reports."""
    expires_at = to_text((asker.world.now + timedelta(days=days)).replace(microsecond=0))
    return {"institutionId": institution_id(hospital), "kinds": ["REPORT"], "expiresAt": expires_at, **given}


async def listed(asker: Asker, viewer: Viewer, resident: Viewer, **page: Any) -> Any:
    found = await asker.data(viewer, CONSENTS, **{"residentId": id_of(resident), "first": 9, **page})
    return found["resident"] and found["resident"]["consents"]


async def revoke(asker: Asker, viewer: Viewer, id: str) -> Any:
    return (await asker.data(viewer, REVOKE, id=id))["revokeConsent"]


async def test_consent_is_given_listed_and_taken_back(asker: Asker) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    days: dict[str, Any] = {"from": "2026-01-01", "to": "2026-06-30"}
    given = wish(asker, hospital, kinds=["ALLERGY", "REPORT"], **days)
    payload = await asker.change(resident, GRANT, **given)
    assert payload["userErrors"] == []
    shown = payload["consent"]
    about = {"institution": {"name": "市第九人民医院"}, "kinds": ["REPORT", "ALLERGY"], **days, "expiresAt": given["expiresAt"]}
    assert shown == {"id": shown["id"], **about}
    assert (await asker.change(resident, GRANT, **given))["consent"] == shown
    newer = (await asker.change(resident, GRANT, **wish(asker, hospital)))["consent"]
    await asker.change(await asker.world.resident(), GRANT, **wish(asker, hospital))
    first = await listed(asker, resident, resident, first=1)
    assert first["nodes"] == [{**newer, "revokedAt": None}]
    assert first["pageInfo"]["hasNextPage"]
    second = await listed(asker, resident, resident, after=first["pageInfo"]["endCursor"])
    assert second["nodes"] == [{**shown, "revokedAt": None}]
    ended = await revoke(asker, resident, shown["id"])
    assert ended["consent"]["revokedAt"] is not None
    assert await revoke(asker, resident, shown["id"]) == ended
    assert [node["revokedAt"] for node in (await listed(asker, resident, resident))["nodes"]] == [
        None,
        ended["consent"]["revokedAt"],
    ]


async def test_refused_consent_says_why(asker: Asker) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    refused: list[tuple[dict[str, Any], str, list[str]]] = [
        ({"kinds": []}, "INVALID_INPUT", ["kinds"]),
        ({"from": "2026-02-01", "to": "2026-01-31"}, "INVALID_INPUT", ["to"]),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "INVALID_INPUT", ["expiresAt"]),
        (wish(asker, hospital, days=731), "INVALID_INPUT", ["expiresAt"]),
        ({"institutionId": public("I", asker.world.app_id)}, "NOT_FOUND", ["institutionId"]),
        ({"residentId": id_of(await asker.world.resident())}, "NOT_FOUND", ["residentId"]),
    ]
    for changes, code, field in refused:
        payload = await asker.change(resident, GRANT, **{**wish(asker, hospital), **changes})
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)], changes
        assert payload["consent"] is None
    assert (await listed(asker, resident, resident))["nodes"] == []


async def test_who_sees_a_consent(asker: Asker) -> None:
    world = asker.world
    resident, carer, billing, stranger = [await world.resident() for _ in range(4)]
    hospital, other = await world.institution(), await world.institution()
    await world.care_for(resident, carer, "RECORDS")
    await world.care_for(resident, billing, "BILLS", "REPORTS")
    given = {"residentId": id_of(resident), **wish(asker, hospital)}
    assert [error["code"] for error in (await asker.change(billing, GRANT, **given))["userErrors"]] == ["FORBIDDEN"]
    id = (await asker.change(carer, GRANT, **given))["consent"]["id"]
    for viewer, count in ((resident, 1), (carer, 1), (billing, 0), (hospital, 1)):
        assert len((await listed(asker, viewer, resident))["nodes"]) == count
    for viewer in (stranger, other):
        assert await listed(asker, viewer, resident) is None
        assert (await asker.data(viewer, NODE, id=id))["node"] is None
    seen = (await asker.data(hospital, NODE, id=id))["node"]
    name = {"fullName": "王小明", "sex": None, "birthDate": None, "documentNumberMasked": None}
    assert seen == {"kinds": ["REPORT"], "resident": name}
    [logged] = await world.rows(
        "select kinds from access_log where resident_id = $1 and actor_id = $2 order by entry desc limit 1",
        resident.resident_id,
        hospital.institution_id,
    )
    assert logged["kinds"] == ["CONSENT", "IDENTITY"]
    # It still sees that there was one, and no more whose it was.
    assert (await revoke(asker, resident, id))["consent"]["revokedAt"] is not None
    assert (await asker.data(hospital, NODE, id=id))["node"] == {"kinds": ["REPORT"], "resident": None}


@pytest.mark.parametrize(("document", "scope"), [(GRANT, "record:write"), (CONSENTS, "record:read")])
async def test_session_without_the_scope_is_refused(asker: Asker, document: str, scope: str) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    without = asker.without(resident, scope)
    variables: dict[str, Any] = {"input": wish(asker, hospital)} if document == GRANT else {"first": 1}
    answer = await asker.whole(without, document, **variables)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_consents_cost_so_many_statements(asker: Asker, statements: list[str]) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    id = (await asker.change(resident, GRANT, **wish(asker, hospital)))["consent"]["id"]
    counted = []
    for ask in (
        lambda: asker.change(resident, GRANT, **wish(asker, hospital, days=60)),
        lambda: revoke(asker, resident, id),
        lambda: listed(asker, resident, resident),
    ):
        statements.clear()
        await ask()
        counted.append(len(statements))
    # Lock, grant, audit, job and its signal, payload; revoke, audit, payload; and the list is one.
    assert counted == [6, 3, 1]
