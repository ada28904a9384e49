"""What an orchestrator is told."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from starlette.applications import Starlette

from ecard.health import health_routes
from ecard.transport.drain import Drain

Check = Callable[[], Awaitable[object]]


async def passing() -> None:
    pass


async def failing() -> None:
    raise RuntimeError("postgresql://user:secret@host")


async def hanging() -> None:
    await asyncio.Event().wait()


async def ask(path: str, checks: dict[str, Check], drain: Drain) -> httpx.Response:
    app = Starlette(routes=health_routes(checks, lambda: drain.begun, seconds=0.01))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(path)


async def test_alive_whatever_is_wrong() -> None:
    answer = await ask("/health/live", {"database": failing}, Drain())
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_when_all_is_well() -> None:
    answer = await ask("/health/ready", {"database": passing, "migrations": passing}, Drain())
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok"}}


async def test_not_ready_says_which_check_and_no_more() -> None:
    answer = await ask("/health/ready", {"database": failing, "migrations": passing, "slow": hanging}, Drain())
    assert answer.status_code == 503
    assert answer.json() == {"status": "failed", "checks": {"database": "failed", "migrations": "ok", "slow": "failed"}}


async def test_not_ready_when_stopping() -> None:
    drain = Drain()
    drain.begin()
    answer = await ask("/health/ready", {"database": passing}, drain)
    assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})
