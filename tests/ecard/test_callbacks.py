"""What providers tell: kept once and answered, or refused without a trace of what it said."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette

from db.pool import Pool, PoolOptions
from domain.enums import PaymentMethod
from ecard.callbacks import KEPT_REFUSALS, MOST_BYTES, Callbacks
from ecard.observe.metrics import Metrics
from outside.errors import Permanent
from outside.payments import Notification, OrderState, PaymentProvider, RefundState, Reply, State, WrongSignature
from tests.workers.city import fresh_id

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECRET = b"6222020200112233445"


class Teller:
    """A provider whose messages are their own ids; "forged" ones are not its own."""

    method = PaymentMethod.BANK

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        if body.startswith(b"forged"):
            raise WrongSignature("The signature is wrong.")
        if body.startswith(b"unreadable"):
            raise Permanent("It is no notification.")
        if body.startswith(b"surprise"):
            raise KeyError(body)
        assert headers["x-test"] == "Yes"
        id = body.decode()
        if id.startswith("refund"):
            return Notification(id, RefundState("n" * 32, "o" * 32, State.SUCCEEDED, 100, "REF", NOW))
        return Notification(id, OrderState("n" * 32, State.SUCCEEDED, 100, "REF", NOW))

    def accepted(self) -> Reply:
        return Reply(200, "text/plain", b"success")

    def refused(self) -> Reply:
        return Reply(500, "text/plain", b"fail")


class Line:
    """The address that a provider calls. `now` is what our clock shows."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.now, self.metrics = pool, NOW, Metrics()
        providers = {PaymentMethod.BANK: cast(PaymentProvider, Teller())}
        routes = Callbacks(providers, pool, lambda: self.now, os.urandom, self.metrics).routes()
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="https://card.example")

    async def tell(self, body: bytes, path: str = "/callbacks/bank") -> tuple[int, bytes]:
        response = await self.http.post(path, content=body, headers={"X-Test": "Yes"})
        return response.status_code, response.content

    async def rows(self, sql: str) -> list[Mapping[str, Any]]:
        async with self.pool.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql)]

    def counted(self, outcome: str) -> float:
        found = self.metrics.registry.get_sample_value("ecard_callbacks_total", {"method": "BANK", "outcome": outcome})
        return found or 0


@pytest.fixture
async def line(pool: Pool) -> AsyncIterator[Line]:
    async with pool.connection() as connection:
        await connection.execute("delete from inbox where method = 'BANK'")
        await connection.execute("delete from outbox")
    one = Line(pool)
    yield one
    await one.http.aclose()


async def test_a_message_is_kept_once_however_often_it_comes(line: Line) -> None:
    id = f"m{fresh_id()}".encode()
    answers = await asyncio.gather(*(line.tell(id) for _ in range(10)))
    assert set(answers) == {(200, b"success")}
    (row,) = await line.rows("select * from inbox where method = 'BANK'")
    assert (row["id"], row["state"], row["kind"], row["amount"]) == (id.decode(), "received", "PAYMENT", 100)
    assert (row["number"], row["provider_state"], row["at"], row["received_at"]) == ("n" * 32, "SUCCEEDED", NOW, NOW)
    assert len(await line.rows("select id from outbox where job = 'apply_notification'")) == 1
    assert (line.counted("KEPT"), line.counted("KNOWN")) == (1, 9)


async def test_a_message_about_a_refund_names_both_numbers(line: Line) -> None:
    await line.tell(f"refund{fresh_id()}".encode())
    (row,) = await line.rows("select kind, number, order_number from inbox where method = 'BANK'")
    assert row == {"kind": "REFUND", "number": "n" * 32, "order_number": "o" * 32}


@pytest.mark.parametrize(
    ("body", "reason"), [(b"forged ", "WRONG_SIGNATURE"), (b"unreadable ", "UNREADABLE"), (b"surprise ", "UNREADABLE")]
)
async def test_what_is_not_believed_leaves_its_reason_alone(
    line: Line, caplog: pytest.LogCaptureFixture, body: bytes, reason: str
) -> None:
    assert await line.tell(body + SECRET) == (500, b"fail")
    (row,) = await line.rows("select * from inbox where method = 'BANK'")
    assert (row["state"], row["reason"]) == ("refused", reason)
    assert SECRET.decode() not in str(row) + caplog.text
    assert not await line.rows("select id from outbox where job = 'apply_notification'")
    assert line.counted(reason) == 1


async def test_a_flood_of_forgeries_is_counted_and_not_kept(line: Line) -> None:
    for _ in range(KEPT_REFUSALS.most + 5):
        await line.tell(b"forged")
    assert len(await line.rows("select id from inbox where method = 'BANK'")) == KEPT_REFUSALS.most
    assert line.counted("WRONG_SIGNATURE") == KEPT_REFUSALS.most + 5
    line.now += timedelta(hours=1)
    await line.tell(b"forged")
    assert len(await line.rows("select id from inbox where method = 'BANK'")) == KEPT_REFUSALS.most + 1


async def test_a_provider_that_is_off_has_no_address(line: Line) -> None:
    assert (await line.tell(b"m", "/callbacks/alipay"))[0] == 404
    assert (await line.tell(b"m", "/callbacks/other"))[0] == 404
    assert (await line.http.get("/callbacks/bank")).status_code == 405


async def test_a_body_without_end_is_not_read(line: Line) -> None:
    assert (await line.tell(b"x" * (MOST_BYTES + 1)))[0] == 413
    assert not await line.rows("select id from inbox where method = 'BANK'")


async def test_without_a_database_the_provider_is_told_to_come_again() -> None:
    line = Line(Pool(PoolOptions("postgresql://localhost:1/none", 1, "https://card.example")))
    assert await line.tell(b"m1") == (500, b"fail")
    assert await line.tell(b"forged") == (500, b"fail")
    assert line.counted("NOT_KEPT") == 1
    await line.http.aclose()
