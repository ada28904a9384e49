"""The payment providers' simulators within a test: no sockets, no background work, time and randomness as the test says."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request

from ecard.simulators.keys import new_keys, payment_settings
from ecard.simulators.simulator import PROVIDERS, Simulator, World, application, simulator
from ecard.transport.asgi import App

URL = "http://simulators.test"


@cache
def keys() -> dict[str, str]:
    """Of both sides; made once, since RSA keys take their time."""
    return new_keys(datetime.fromisoformat("2026-01-01T00:00:00+00:00"))


class Simulators:
    """All four. platform: our ASGI application, which gets the notifications whatever the host of their address."""

    def __init__(
        self, folder: Path, *, clock: Callable[[], datetime], random: Callable[[int], bytes], platform: App | None = None
    ) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(platform or _nobody))
        world = World(folder, keys(), clock, random, self._client, _silence)
        self._each = {name: simulator(name, world, {}) for name in PROVIDERS}
        self.http = httpx.AsyncClient(transport=self.transport(), base_url=URL)

    def __getitem__(self, name: str) -> Simulator:
        return self._each[name]

    def environment(self) -> dict[str, str]:
        """Settings of our side, as `ECARD_…`."""
        return payment_settings(keys(), URL)

    def transport(self) -> httpx.ASGITransport:
        """For the client of an adapter. A request that is never answered raises httpx.ReadTimeout at once."""
        return httpx.ASGITransport(application(list(self._each.values())))

    async def pay(self, name: str, code_url: str) -> dict[str, Any]:
        """Pays what can be paid; what the simulator answers."""
        return await self._told(await self.http.post(f"/{name}/pay", json={"codeUrl": code_url}))

    async def behave(self, name: str, **changes: Any) -> None:
        """Changes how one behaves from now on."""
        await self._told(await self.http.post(f"/{name}/behaviour", json=changes))

    async def release(self, name: str) -> int:
        """Lets the held notifications go; how many. `work` delivers them."""
        released: int = (await self._told(await self.http.post(f"/{name}/release")))["released"]
        return released

    async def books(self, name: str, day: str | None = None) -> dict[str, Any]:
        """Payments and refunds of a day, or all."""
        return await self._told(await self.http.get(f"/{name}/books", params={"day": day} if day else {}))

    async def work(self) -> int:
        """Ends the refunds that are due and makes an attempt for each notification that is; how many attempts."""
        return sum([await each.courier.work() for each in self._each.values()])

    async def close(self) -> None:
        """At the end; the files stay."""
        await self.http.aclose()
        await self._client.aclose()
        for each in self._each.values():
            each.desk.books.close()

    async def _told(self, response: httpx.Response) -> dict[str, Any]:
        content: dict[str, Any] = response.raise_for_status().json()
        return content


async def _silence(request: Request) -> None:
    raise httpx.ReadTimeout("no answer", request=httpx.Request(request.method, str(request.url)))


async def _nobody(scope: Any, receive: Any, send: Any) -> None:
    raise httpx.ConnectError("nobody listens")
