"""Who cared for somebody until a moment ago: what they asked before, they ask again, and nothing comes; what they watched ends."""

from typing import Any

import pytest

from domain.enums import CareScope
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of
from tests.api.family_documents import REMOVE
from tests.api.test_subscriptions import Watch, following, over_events, over_socket
from tests.resolvers.world import public
from tests.support.market import Market

HOME = """
query Home($id: ID!, $ids: [ID!]!) {
  me { familyMembers { relationship scopes resident { fullName bills { totalCount } } } }
  resident(id: $id) {
    fullName sex card { number } bills { totalCount nodes { id } } appointments { totalCount } prescriptions { totalCount }
    reports { totalCount } healthRecord { totalCount } accessLog { totalCount } familyDoctorAgreement { id } carers { carerName }
  }
  nodes(ids: $ids) { id ... on Bill { resident { fullName } } }
}"""
PRESENT = "mutation($id: ID!) { presentCard(input: { residentId: $id, purpose: PAY }) { userErrors { code } } }"
GONE: dict[str, Any] = {"me": {"familyMembers": []}, "resident": None, "nodes": [None, None]}


async def carer_id(market: Market, resident: Viewer) -> str:
    """Of the resident's one carer."""
    id = await market.world.value("select id from carer where resident_id = $1", resident.resident_id)
    return public("k", id, resident.resident_id)


async def cared_for(market: Market) -> tuple[Viewer, Viewer, str]:
    """A resident with a bill, who cares for them with everything, and the bill."""
    resident, carer, hospital = await market.world.resident(), await market.world.resident(), await market.world.institution()
    await market.world.care_for(resident, carer, *CareScope)
    sql = (
        "insert into family_member (resident_id, id, member_id, relationship, scopes, created_at)"
        " select carer_id, id, resident_id, relationship, scopes, created_at from carer where resident_id = $1"
    )
    await market.world.rows(sql, resident.resident_id)
    return resident, carer, await market.bill(resident, hospital)


async def home(asker: Asker, carer: Viewer, resident: Viewer, bill: str) -> Any:
    """What the carer's phone shows."""
    return await asker.data(carer, HOME, id=id_of(resident), ids=[id_of(resident), bill])


@pytest.mark.parametrize("who", ["the resident", "the carer"])
async def test_who_was_removed_gets_nothing_for_the_same_document(market: Market, who: str) -> None:
    resident, carer, bill = await cared_for(market)
    for _ in range(2):  # the second time all of it is remembered
        before = await home(market.asker, carer, resident, bill)
        assert before["resident"]["bills"] == {"totalCount": 1, "nodes": [{"id": bill}]}
        assert before["me"]["familyMembers"][0]["resident"]["bills"]["totalCount"] == 1
    remover = resident if who == "the resident" else carer
    payload = (await market.asker.data(remover, REMOVE, id=await carer_id(market, resident)))["removeFamilyMember"]
    assert payload["userErrors"] == []
    assert await home(market.asker, carer, resident, bill) == GONE
    presented = (await market.asker.data(carer, PRESENT, id=id_of(resident)))["presentCard"]
    assert presented["userErrors"] == [{"code": "NOT_FOUND"}]


async def test_a_scope_that_was_taken_back_is_so_at_the_next_request(market: Market) -> None:
    resident, carer, bill = await cared_for(market)
    before = await home(market.asker, carer, resident, bill)
    await market.world.rows("update carer set scopes = '{CARD}' where resident_id = $1", resident.resident_id)
    after = await home(market.asker, carer, resident, bill)
    assert (before["nodes"][1]["id"], after["nodes"][1]) == (bill, None)
    assert after["resident"]["bills"] == {"totalCount": 0, "nodes": []}
    assert after["resident"]["sex"] == before["resident"]["sex"]
    presented = (await market.asker.data(carer, PRESENT, id=id_of(resident)))["presentCard"]
    assert presented["userErrors"] == [{"code": "FORBIDDEN"}]


async def test_care_that_ends_is_over_for_the_same_document(market: Market) -> None:
    resident, carer, bill = await cared_for(market)
    assert (await home(market.asker, carer, resident, bill))["resident"] is not None
    for table, column in (("carer", "resident_id"), ("family_member", "member_id")):
        await market.world.rows(f"update {table} set expires_at = now() where {column} = $1", resident.resident_id)
    assert await home(market.asker, carer, resident, bill) == GONE


@pytest.mark.parametrize("watch", [over_socket, over_events])
async def test_what_a_removed_carer_watches_ends(market: Market, watch: Watch) -> None:
    resident, carer, bill = await cared_for(market)
    payment = await market.started(resident, bill)
    async with watch(market, carer, payment) as events:
        assert (await following(events))["status"] == "PENDING"
        await market.asker.data(resident, REMOVE, id=await carer_id(market, resident))
        await market.cancel(resident, payment)
        assert [await following(events), await following(events)] == [None, "the end"]
