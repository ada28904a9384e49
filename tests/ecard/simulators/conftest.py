"""The simulators, a platform that notes what it is told, and our side of each wire."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ecard.simulators.merchants import MERCHANTS, Merchant
from tests.support.simulators import Simulators

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ACCEPTED = {"wechat-pay": (204, b""), "alipay": (200, b"success"), "unionpay": (200, b"ok"), "bank": (204, b"")}


@dataclass
class Platform:
    """What came, and how it is answered: as the provider expects once `refusals` have been used up."""

    refusals: int = 0
    came: list[tuple[httpx.Headers, bytes]] = field(default_factory=list)

    async def __call__(self, request: Request) -> Response:
        self.came.append((httpx.Headers(request.headers.raw), await request.body()))
        if self.refusals:
            self.refusals -= 1
            return Response(status_code=500)
        status, body = ACCEPTED[request.path_params["name"]]
        return Response(body, status)


@dataclass
class World:
    """One provider and all around it."""

    simulators: Simulators
    platform: Platform
    us: Any
    name: str
    folder: Path

    @property
    def now(self) -> datetime:
        now: datetime = self.us.now
        return now

    def wait(self, **time: float) -> None:
        """Time goes by."""
        self.us.now = self.us.now + timedelta(**time)

    async def pay(self, code: str) -> dict[str, Any]:
        return await self.simulators.pay(self.name, code)

    def amount_of(self, told: Any) -> int:
        """Fen that a notification of a payment tells."""
        if self.name == "alipay":
            return int(told["total_amount"].replace(".", ""))
        found = {"wechat-pay": lambda: told["amount"]["total"], "unionpay": lambda: told["txnAmt"]}
        return int(found.get(self.name, lambda: told["order"]["paidAmount"])())

    async def told(self) -> list[tuple[str, Any]]:
        """Sends what is due; all that came since the last time, verified and read."""
        await self.simulators.work()
        came, self.platform.came = self.platform.came, []
        return [self.us.read(headers, body) for headers, body in came]


@pytest.fixture(params=list(MERCHANTS))
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Each provider in turn, unless the test names one."""
    platform = Platform()
    app = Starlette(routes=[Route("/callbacks/{name}", platform.__call__, methods=["POST"])])
    us: list[Merchant] = []
    simulators = Simulators(tmp_path, clock=lambda: us[0].now if us else START, random=random.Random(1).randbytes, platform=app)
    us.append(MERCHANTS[request.param](simulators, START))
    yield World(simulators, platform, us[0], request.param, tmp_path)
    await simulators.close()
