"""What payment apps, institutions and residents see of payments, beside those of everybody else."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.viewer import Viewer
from tests.support.market import Market

PAYMENTS = """
query Payments($filter: PaymentFilter!, $first: Int!, $after: String) {
  payments(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        id status method providerReference amount { amount currency } refunded { amount currency } startedAt paidAt
        bills { number institution { code name } }
        refunds { id status amount { amount currency } reason }
      }
    }
  }
}"""
# To the newest of a test, so that the shared table's other rows do not come before its own.
SINCE = timedelta(seconds=1)


class Street:
    """A hospital whose patients have paid by two methods, one not at all; and another hospital."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.since = datetime.now(UTC) - SINCE

    async def fill(self) -> "Street":
        world = self.market.world
        self.resident, self.other = await world.resident(), await world.resident()
        self.hospital, self.elsewhere = await world.institution(), await world.institution()
        self.mine = [await self.pay(self.resident, self.hospital, method) for method in ("WECHAT_PAY", "ALIPAY")]
        self.theirs = [await self.pay(self.other, self.elsewhere, method) for method in ("WECHAT_PAY", "BANK")]
        return self

    async def pay(self, resident: Viewer, hospital: Viewer, method: str) -> str:
        id = await self.market.started(resident, await self.market.bill(resident, hospital), method=method)
        await self.market.work()
        await self.market.pay(resident, id)
        await self.market.work()
        return id

    async def ids(self, viewer: Viewer, **wanted: Any) -> Sequence[str]:
        """Of the whole list that the viewer sees, newest first, by pages of two."""
        found: list[str] = []
        after = None
        while True:
            given = {"filter": {"from": self.since.isoformat(), **wanted}, "first": 2, "after": after}
            page = (await self.market.asker.data(viewer, PAYMENTS, **given))["payments"]
            found += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                assert page["totalCount"] == len(found)
                return found


@pytest.fixture
async def street(market: Market) -> Street:
    return await Street(market).fill()


async def test_a_payment_app_sees_what_its_method_carries(market: Market, street: Street) -> None:
    app = await market.app("WECHAT")
    assert await street.ids(app) == [street.theirs[0], street.mine[0]]
    assert await street.ids(app, method="WECHAT_PAY", status="SUCCEEDED") == [street.theirs[0], street.mine[0]]
    assert await street.ids(app, method="ALIPAY") == []
    assert await street.ids(app, status="PENDING") == []
    assert await street.ids(app, to=street.since.isoformat()) == []


async def test_an_app_sees_what_was_started_in_it(market: Market, street: Street) -> None:
    world = market.world
    city_app = Viewer(
        kind=(await market.app()).kind,
        client_id=world.client_id,
        app_id=world.app_id,
        scopes=street.resident.scopes,
        name="城市健康",
    )
    assert await street.ids(city_app) == [*reversed(street.theirs), *reversed(street.mine)]
    assert await street.ids(await market.app("OTHER")) == []


async def test_an_institution_sees_its_own(street: Street) -> None:
    assert await street.ids(street.hospital) == [*reversed(street.mine)]
    assert await street.ids(street.elsewhere, method="BANK") == [street.theirs[1]]


async def test_a_resident_has_them_with_the_bills_and_no_list(street: Street) -> None:
    assert await street.ids(street.resident) == []


async def test_what_an_app_sees_of_bills_names_no_treatment(market: Market, street: Street) -> None:
    app = await market.app("WECHAT")
    given = {"filter": {"from": street.since.isoformat()}, "first": 1}
    (edge,) = (await market.asker.data(app, PAYMENTS, **given))["payments"]["edges"]
    (bill,) = edge["node"]["bills"]
    assert bill["institution"]["name"] == "市第九人民医院"
    document = "query Items($id: ID!) { node(id: $id) { ... on Payment { bills { kind careSetting items { name } } } } }"
    shown = (await market.asker.data(app, document, id=street.mine[0]))["node"]["bills"]
    assert shown == [{"kind": None, "careSetting": None, "items": []}]


async def test_who_read_whose_payments_is_in_the_access_log(market: Market, street: Street) -> None:
    app = await market.app("WECHAT")
    sql = "select count(*) from access_log where resident_id = $1 and actor_id = $2 and 'PAYMENT' = any(kinds)"
    await street.ids(app)
    for resident in (street.resident, street.other):
        assert await market.world.value(sql, resident.resident_id, app.app_id) == 1


async def test_it_needs_the_scope(market: Market, street: Street) -> None:
    app = market.asker.without(await market.app(), "payment:read")
    answer = await market.asker.whole(app, PAYMENTS, filter={}, first=1)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
