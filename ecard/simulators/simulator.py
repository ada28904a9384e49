"""Simulators put together: each provider's own routes with its faults, beside them the control; all in one application."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from ecard.simulators import keys as demo
from ecard.simulators.alipay import Alipay
from ecard.simulators.alipay_wire import AlipayKeys
from ecard.simulators.bank import Bank, BankKeys
from ecard.simulators.behaviour import changed
from ecard.simulators.books import Books
from ecard.simulators.control import control_routes
from ecard.simulators.courier import Courier
from ecard.simulators.desk import Desk, Reference
from ecard.simulators.provider import Provider
from ecard.simulators.unionpay import UnionPay, UnionPayKeys
from ecard.simulators.wechat_pay import WechatPay
from ecard.simulators.wechat_wire import WechatPayKeys
from ecard.simulators.writing import private_key, public_key

Silence = Callable[[Request], Awaitable[None]]
Keys = Mapping[str, str]


def _wechat_pay(desk: Desk, keys: Keys) -> Provider:
    ours, theirs = public_key(keys["wechat-pay.our_public"]), private_key(keys["wechat-pay.theirs"])
    names = demo.WECHAT_APP, demo.WECHAT_MERCHANT, keys["wechat-pay.serial"]
    return WechatPay(desk, WechatPayKeys(*names, ours, demo.WECHAT_PLATFORM, theirs, keys["wechat-pay.api_key"].encode()))


def _alipay(desk: Desk, keys: Keys) -> Provider:
    ours, theirs = public_key(keys["alipay.our_public"]), private_key(keys["alipay.theirs"])
    return Alipay(desk, AlipayKeys(demo.ALIPAY_APP, demo.ALIPAY_SELLER, ours, theirs))


def _unionpay(desk: Desk, keys: Keys) -> Provider:
    ours, theirs = public_key(keys["unionpay.our_public"]), private_key(keys["unionpay.theirs"])
    names = demo.UNIONPAY_MERCHANT, demo.UNIONPAY_SERIAL
    return UnionPay(desk, UnionPayKeys(*names, ours, keys["unionpay.their_public"], theirs))


def _bank(desk: Desk, keys: Keys) -> Provider:
    ours, theirs = public_key(keys["bank.our_public"]), private_key(keys["bank.theirs"])
    return Bank(desk, BankKeys(demo.BANK_OURS, ours, demo.BANK_THEIRS, theirs))


PROVIDERS: Mapping[str, tuple[Reference, Callable[[Desk, Keys], Provider]]] = {
    "wechat-pay": (WechatPay.reference, _wechat_pay),
    "alipay": (Alipay.reference, _alipay),
    "unionpay": (UnionPay.reference, _unionpay),
    "bank": (Bank.reference, _bank),
}


@dataclass(frozen=True, slots=True)
class World:
    """What simulators do not make themselves. silence: what a request meets that is never answered."""

    folder: Path
    keys: Keys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    client: httpx.AsyncClient
    silence: Silence


@dataclass(frozen=True, slots=True)
class Simulator:
    """One provider."""

    name: str
    desk: Desk
    provider: Provider
    courier: Courier
    mount: Mount


def simulator(name: str, world: World, behaviour: Mapping[str, object]) -> Simulator:
    """One of PROVIDERS, under a path of its name. Raises BadBehaviour."""
    reference, make = PROVIDERS[name]
    desk = Desk(Books(world.folder / f"{name}.sqlite3"), reference, world.clock, world.random)
    desk.behaviour = changed(desk.behaviour, behaviour)
    provider = make(desk, world.keys)
    own = [_faulty(route, desk, provider, world.silence) for route in provider.routes()]
    routes = [*control_routes(desk, provider), *own]
    return Simulator(name, desk, provider, Courier(desk, provider, world.client), Mount(f"/{name}", routes=routes))


def application(simulators: list[Simulator]) -> Starlette:
    """All of them in one process, and whether it is ready."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            tasks = [asyncio.create_task(each.courier.run()) for each in simulators]
            for each, task in zip(simulators, tasks, strict=True):
                stack.callback(each.desk.books.close)
                stack.callback(task.cancel)
            yield

    async def ready(_: Request) -> Response:
        return PlainTextResponse("ready")

    return Starlette(routes=[Route("/health/ready", ready), *(each.mount for each in simulators)], lifespan=lifespan)


def _faulty(route: Route, desk: Desk, provider: Provider, silence: Silence) -> Route:
    """The route, behaving as the desk was told."""
    endpoint: Callable[[Request], Awaitable[Response]] = route.endpoint

    async def answer(request: Request) -> Response:
        told = desk.behaviour
        failing, silent = told.fail > 0, told.fail == 0 and told.silent > 0
        desk.behaviour = told.model_copy(update={"fail": told.fail - failing, "silent": told.silent - silent})
        if told.slow:
            await asyncio.sleep(told.slow)
        response = await (provider.busy(request) if failing else endpoint(request))
        if silent:
            await silence(request)
        return response

    return Route(route.path, answer, methods=sorted(route.methods or ()))


async def until_gone(request: Request) -> None:
    """Returns when the other side has given up waiting."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
