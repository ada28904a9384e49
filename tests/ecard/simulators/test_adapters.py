"""The platform's own adapters against the simulators: two readings of each provider's documents, written apart, agree."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from domain.enums import PaymentFlow, PaymentMethod
from ecard.demo.secrets import demo_secrets
from ecard.payment_providers import payment_providers
from ecard.settings import read_settings
from outside.errors import Permanent, Transient
from outside.payments import Order, PaymentProvider, RefundRequest, State, WrongSignature
from tests.ecard.simulators.conftest import ACCEPTED, START, World
from tests.ecard.simulators.merchants import number

METHODS = {name: PaymentMethod(name.replace("-", "_").upper()) for name in ("wechat-pay", "alipay", "unionpay", "bank")}
DAY = date(2026, 11, 24)


@pytest.fixture
async def ours(world: World) -> AsyncIterator[PaymentProvider]:
    """The adapter of the world's provider."""
    (world.folder / "registry.json").write_text("[]")
    own = {
        **demo_secrets(world.folder),
        **world.simulators.environment(),
        "ECARD_ENVIRONMENT": "development",
        "ECARD_PUBLIC_URL": "http://platform.test",
        "ECARD_DATABASE_URL": "postgresql:///nobody",
        "ECARD_REDIS_URL": "redis://nobody",
        "ECARD_IDENTITY_FILE": str(world.folder / "registry.json"),
        "ECARD_SMS_FILE": str(world.folder / "sms.jsonl"),
    }
    found = payment_providers(read_settings(own), lambda: world.now, world.simulators.transport())
    adapter = found[METHODS[world.name]]
    yield adapter
    await adapter.close_connections()


def order(index: int = 1, amount: int = 12850, flow: PaymentFlow = PaymentFlow.QR_CODE) -> Order:
    expires_at = START + timedelta(minutes=15)
    payer = "payer-1" if flow is PaymentFlow.MINI_PROGRAM else None
    back = "https://card.example/back" if flow is PaymentFlow.BROWSER else None
    return Order(number(index), amount, "深圳市人民医院", flow, START, expires_at, payer, back)


async def paid(world: World, ours: PaymentProvider, index: int = 1, amount: int = 12850) -> str:
    """The provider's reference."""
    made = await ours.create(order(index, amount))
    assert made.code_url
    reference: str = (await world.pay(made.code_url))["reference"]
    return reference


def refund(index: int, reference: str, amount: int, total: int = 12850) -> RefundRequest:
    return RefundRequest(number(index), number(1), reference, amount, total, "退号", START)


async def told(world: World, ours: PaymentProvider) -> list[Any]:
    """What the simulator tells, read by the adapter."""
    await world.simulators.work()
    came, world.platform.came = world.platform.came, []
    return [ours.read_notification(headers, body) for headers, body in came]


async def test_a_payment(world: World, ours: PaymentProvider) -> None:
    reference = await paid(world, ours)
    state = await ours.query(number(1), START)
    assert state is not None
    assert (state.state, state.amount, state.provider_reference, state.paid_at) == (State.SUCCEEDED, 12850, reference, START)
    [notification] = await told(world, ours)
    assert (notification.about.number, notification.about.state) == (number(1), State.SUCCEEDED)
    assert (notification.about.amount, notification.about.provider_reference) == (12850, reference)
    reply = ours.accepted()
    assert (reply.status, reply.body) == ACCEPTED[world.name]


@pytest.mark.parametrize("flow", [PaymentFlow.MINI_PROGRAM, PaymentFlow.APP, PaymentFlow.BROWSER])
async def test_each_flow_can_be_paid(world: World, ours: PaymentProvider, flow: PaymentFlow) -> None:
    made = await ours.create(order(flow=flow))
    given = dict(made.parameters or {})
    if "fields" in given:  # a browser posts it
        page = await world.simulators.http.post("/unionpay/gateway/api/frontTransReq.do", data=given["fields"])
        handle = page.text.split('name="codeUrl" value="')[1].split('"')[0]
    else:
        names = ("prepayid", "tradeNO", "orderString", "tn", "token")
        package = str(given.get("package", "")).removeprefix("prepay_id=")
        handle = made.code_url or next((given[name] for name in names if name in given), package)
    assert (await world.pay(handle))["amount"] == 12850
    state = await ours.query(number(1), START)
    assert state is not None
    assert state.state is State.SUCCEEDED


@pytest.mark.parametrize("world", ["wechat-pay", "alipay", "bank"], indirect=True)
async def test_the_page_of_a_browser_pays_and_goes_back(world: World, ours: PaymentProvider) -> None:
    made = await ours.create(order(flow=PaymentFlow.BROWSER))
    assert made.code_url is not None
    page = await world.simulators.http.get(made.code_url)
    assert "¥ 128.50" in page.text
    handle = page.text.split('name="codeUrl" value="')[1].split('"')[0]
    form = {"codeUrl": handle, "returnUrl": "https://card.example/back"}
    done = await world.simulators.http.post(f"/{world.name}/pay", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "https://card.example/back")


async def test_closing(world: World, ours: PaymentProvider) -> None:
    made = await ours.create(order())
    world.wait(minutes=16)
    expires_at = order().expires_at
    assert (await ours.close(number(1), START, expires_at)).state is State.CLOSED
    await world.simulators.behave(world.name, late=True)
    await world.pay(made.code_url or "")
    assert (await ours.close(number(1), START, expires_at)).state in (State.SUCCEEDED, State.CLOSED)


async def test_refunds(world: World, ours: PaymentProvider) -> None:
    reference = await paid(world, ours)
    for index in (11, 12, 12):
        await ours.refund(refund(index, reference, 5000))
    state = await ours.query_refund(refund(12, reference, 5000))
    assert state is not None
    assert (state.state, state.amount, state.number) == (State.SUCCEEDED, 5000, number(12))
    with pytest.raises(Permanent):
        await ours.refund(refund(13, reference, 2851))
    about = {each.about.number: each.about.state for each in await told(world, ours)}
    assert about == {number(1): State.SUCCEEDED, number(11): State.SUCCEEDED, number(12): State.SUCCEEDED}
    assert len((await world.simulators.books(world.name))["refunds"]) == 2


async def test_a_refund_that_ends_later(world: World, ours: PaymentProvider) -> None:
    reference = await paid(world, ours)
    await world.simulators.behave(world.name, refunds="later", refund_seconds=60)
    assert (await ours.refund(refund(11, reference, 12850))).state is State.PENDING
    world.wait(seconds=60)
    state = await ours.query_refund(refund(11, reference, 12850))
    assert state is not None
    assert state.state is State.SUCCEEDED
    # What is paid back whole was paid all the same.
    whole = await ours.query(number(1), START)
    assert whole is not None
    assert whole.state is State.SUCCEEDED


async def test_the_statement_is_what_the_books_are(world: World, ours: PaymentProvider) -> None:
    reference = await paid(world, ours)
    await paid(world, ours, 2, 1)
    await ours.refund(refund(11, reference, 5000))
    lines = await ours.statement(DAY)
    assert lines is not None
    books = await world.simulators.books(world.name, DAY.isoformat())
    expected = [("PAYMENT", each["number"], each["amount"], each["reference"]) for each in books["payments"]]
    expected += [("REFUND", each["number"], each["amount"], each["reference"]) for each in books["refunds"]]
    assert sorted((line.kind, line.number or "", line.amount, line.provider_reference) for line in lines) == sorted(expected)
    assert {line.at for line in lines} == {START}
    assert {line.state for line in lines} == {State.SUCCEEDED}


async def test_the_statement_of_a_day_that_is_not_over(world: World, ours: PaymentProvider) -> None:
    await paid(world, ours)
    await world.simulators.behave(world.name, statements="next-day")
    assert await ours.statement(DAY) is None
    world.wait(days=1, hours=4)
    assert len(await ours.statement(DAY) or ()) == 1
    assert await ours.statement(DAY + timedelta(days=1)) in (None, [], ())


async def test_trouble(world: World, ours: PaymentProvider) -> None:
    await world.simulators.behave(world.name, fail=1)
    with pytest.raises(Transient):
        await ours.create(order())
    await world.simulators.behave(world.name, silent=1)
    with pytest.raises(Transient):
        await ours.create(order())
    await world.simulators.behave(world.name, wrong="signature")
    await paid(world, ours)
    with pytest.raises(WrongSignature):
        await told(world, ours)
