"""What an orchestrator asks: is the process alive, and may it have work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

log = logging.getLogger(__name__)

# Raises, or takes too long, when something is not as it must be.
Check = Callable[[], Awaitable[object]]


def health_routes(checks: Mapping[str, Check], stopping: Callable[[], bool], seconds: float = 2.0) -> list[Route]:
    """`GET /health/live` answers 200 as long as the loop turns. `GET /health/ready` answers 200 when each check passes within
    `seconds` and the process is not stopping, else 503; its body names each check and says `ok` or `failed`, and no more."""

    async def live(_: Request) -> Response:
        return _response({"status": "ok"}, 200)

    async def ready(_: Request) -> Response:
        if stopping():
            return _response({"status": "stopping"}, 503)
        passed = await asyncio.gather(*(_passes(name, check, seconds) for name, check in checks.items()))
        found = {name: "ok" if good else "failed" for name, good in zip(checks, passed, strict=True)}
        return _response({"status": "ok" if all(passed) else "failed", "checks": found}, 200 if all(passed) else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]


async def _passes(name: str, check: Check, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await check()
    except Exception as error:
        log.warning("Not ready: %s", name, exc_info=error)
        return False
    return True


def _response(content: Mapping[str, object], status: int) -> Response:
    headers = {"cache-control": "no-store", "content-type": "application/json"}
    return Response(orjson.dumps(content), status, headers)
