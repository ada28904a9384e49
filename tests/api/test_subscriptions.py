"""Who watches a payment sees it now, and each change of it, for as long as they may: over both transports that stream."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson
import pytest

from db import revocations
from db.revocations import Revocation
from domain.enums import CareScope
from domain.viewer import Viewer
from ecard.transport.front import Front
from tests.ecard.transport.drivers import Closed, post, socket, stream
from tests.support.market import Market

DOCUMENT = """
subscription PaymentUpdated($id: ID!) {
  paymentUpdated(paymentId: $id) { id status paidAt failureReason instructions { codeUrl parameters } }
}"""
# Longer than anything here takes; a test that waits so long fails.
PATIENCE = 20

Events = AsyncIterator[Any]
Watch = Callable[[Market, Viewer, str], AbstractAsyncContextManager[Events]]


@asynccontextmanager
async def over_socket(market: Market, viewer: Viewer, id: str) -> AsyncIterator[Events]:
    """Events over graphql-transport-ws, until `complete`, or the code with which the socket is closed."""
    async with socket(market.front) as one:
        await one.initialise(authorization=f"Bearer {market.asker.token(viewer)}")
        one.subscribe("1", DOCUMENT, variables={"id": id})

        async def events() -> Events:
            try:
                while (message := await one.hear())["type"] == "next":
                    yield message["payload"]["data"]["paymentUpdated"]
                assert message["type"] == "complete"
            except Closed as closing:
                yield closing.code

        yield events()


@asynccontextmanager
async def over_events(market: Market, viewer: Viewer, id: str) -> AsyncIterator[Events]:
    """Server-sent events, until the stream ends, or the code of the error that ends it."""
    token = (b"authorization", f"Bearer {market.asker.token(viewer)}".encode())
    async with stream(market.front, {"query": DOCUMENT, "variables": {"id": id}}, token) as one:
        await one.start()

        async def events() -> Events:
            while (block := await one.event()).startswith(b"event: next"):
                result = orjson.loads(block.partition(b"data: ")[2])
                yield result["data"]["paymentUpdated"] if "data" in result else result["errors"][0]["extensions"]["code"]
            assert block == b"event: complete\ndata:"

        yield events()


both = pytest.mark.parametrize("watch", [over_socket, over_events])


async def following(events: Events) -> Any:
    """The next event; "the end" where there is none."""
    async with asyncio.timeout(PATIENCE):
        return await anext(events, "the end")


@pytest.fixture
async def resident(market: Market) -> Viewer:
    return await market.world.resident()


@pytest.fixture
async def payment(market: Market, resident: Viewer) -> str:
    """A payment that has just been started, beside those of others."""
    hospital, other = await market.world.institution(), await market.world.resident()
    await market.started(other, await market.bill(other, hospital))
    await market.work()
    return await market.started(resident, await market.bill(resident, hospital))


@both
async def test_it_is_seen_as_it_is_and_with_each_change(market: Market, resident: Viewer, payment: str, watch: Watch) -> None:
    async with watch(market, resident, payment) as events:
        first = await following(events)
        assert (first["id"], first["status"], first["instructions"]) == (payment, "PENDING", None)
        await market.work()
        second = await following(events)
        assert second["instructions"]["codeUrl"]
        await market.pay(resident, payment)
        await market.work()
        third = await following(events)
        assert (third["status"], third["instructions"]) == ("SUCCEEDED", None)
        assert third["paidAt"] is not None


@both
async def test_a_strangers_payment_is_null_and_then_the_end(market: Market, payment: str, watch: Watch) -> None:
    async with watch(market, await market.world.resident(), payment) as events:
        assert await following(events) is None
        assert await following(events) == "the end"


@both
async def test_what_is_no_payment_is_null_and_then_the_end(market: Market, resident: Viewer, watch: Watch) -> None:
    async with watch(market, resident, "nonsense") as events:
        assert await following(events) is None
        assert await following(events) == "the end"


@both
async def test_who_may_see_it_no_longer_sees_the_end(market: Market, resident: Viewer, payment: str, watch: Watch) -> None:
    carer = await market.world.resident()
    await market.world.care_for(resident, carer, CareScope.BILLS)
    async with watch(market, carer, payment) as events:
        assert (await following(events))["status"] == "PENDING"
        async with market.pool.connection() as connection:
            await connection.execute("update carer set scopes = '{CARD}' where resident_id = $1", resident.resident_id)
        await market.cancel(resident, payment)
        assert await following(events) is None
        assert await following(events) == "the end"


@pytest.mark.parametrize(("watch", "end"), [(over_socket, 4403), (over_events, "UNAUTHENTICATED")])
async def test_who_is_signed_out_sees_the_end(market: Market, resident: Viewer, payment: str, watch: Watch, end: object) -> None:
    async with watch(market, resident, payment) as events:
        assert (await following(events))["status"] == "PENDING"
        assert resident.session_id is not None
        now = market.world.now
        async with market.pool.transaction() as connection:
            await revocations.insert(connection, Revocation(resident.session_id, now, now + timedelta(minutes=15)))
        assert await following(events) == end


@both
async def test_each_of_several_sees_it(market: Market, resident: Viewer, payment: str, watch: Watch) -> None:
    async with watch(market, resident, payment) as one, over_events(market, resident, payment) as two:
        assert (await following(one))["id"] == (await following(two))["id"] == payment
        await market.cancel(resident, payment)
        assert (await following(one))["status"] == (await following(two))["status"] == "CANCELLED"


async def test_who_is_slow_sees_the_last_state_and_no_heap_of_old_ones(market: Market, resident: Viewer, payment: str) -> None:
    async with over_events(market, resident, payment) as events:
        assert (await following(events))["status"] == "PENDING"
        async with market.pool.connection() as connection:
            for _ in range(1_000):
                await connection.execute("select pg_notify('updated', $1)", payment)
        await market.cancel(resident, payment)
        assert (await following(events))["status"] == "CANCELLED"


async def test_after_an_outage_of_listening_all_is_read_again(market: Market, resident: Viewer, payment: str) -> None:
    async with over_events(market, resident, payment) as events:
        assert (await following(events))["status"] == "PENDING"
        async with market.pool.connection() as connection:
            ended = await connection.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'ecard-web'"
                " and pid <> pg_backend_pid() and (query ilike 'listen%updated%' or query = 'select 1')"
            )
            assert ended > 0
            await connection.execute(
                "update payment set status = 'EXPIRED' where resident_id = $1 and status = 'PENDING'", resident.resident_id
            )
        assert (await following(events))["status"] == "EXPIRED"


async def test_it_needs_a_stream_and_its_scope(market: Market, resident: Viewer, payment: str, paying_app: Front) -> None:
    asked = {"query": DOCUMENT, "variables": {"id": payment}}
    token = (b"authorization", f"Bearer {market.asker.token(resident)}".encode())
    refused = await post(paying_app, asked, token)
    assert (refused.status, refused.code) == (400, "BAD_REQUEST")
    narrow = (b"authorization", f"Bearer {market.asker.token(market.asker.without(resident, 'payment:read'))}".encode())
    for headers, code in (((), "UNAUTHENTICATED"), ((narrow,), "FORBIDDEN")):
        async with stream(paying_app, asked, *headers) as one:
            await one.start()
            assert (await one.result())["errors"][0]["extensions"]["code"] == code


async def test_what_an_institution_watches_is_in_the_access_log(market: Market, resident: Viewer) -> None:
    hospital = await market.world.institution()
    payment = await market.started(resident, await market.bill(resident, hospital))

    async def entries() -> int:
        sql = "select count(*) from access_log where resident_id = $1 and 'PAYMENT' = any(kinds)"
        count: int = await market.world.value(sql, resident.resident_id)
        return count

    before = await entries()
    async with over_events(market, hospital, payment) as events:
        assert (await following(events))["status"] == "PENDING"
        await market.cancel(resident, payment)
        assert (await following(events))["status"] == "CANCELLED"
    assert await entries() == before + 2
