"""Devices through the whole application: the document that phones send, who sees what, and what it costs."""

from collections.abc import AsyncIterator

import httpx
import pytest

from db.pool import Pool
from ecard.app import create_app
from ecard.settings import read_settings
from outside.vapid import VapidKey, new_key
from tests.api.asking import Asker
from tests.api.conftest import asker_in
from tests.conftest import PUBLIC_URL
from tests.support.lifespan import started
from tests.support.push import Browser

PROBLEM = "fragment Problem on UserError { code field message retryAt } "
REGISTER = (
    PROBLEM
    + """
mutation RegisterDevice($input: RegisterDeviceInput!) {
  registerDevice(input: $input) { device { id channel createdAt } userErrors { ...Problem } }
}"""
)
NODE = "query($id: ID!) { node(id: $id) { __typename ... on Device { id channel } } }"
PUSH_KEY = "query { pushPublicKey }"
OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


async def test_a_device_is_registered_and_its_owners_alone(asker: Asker, statements: list[str]) -> None:
    resident, other = await asker.world.resident(), await asker.world.resident()
    await asker.change(other, REGISTER, channel="WECHAT", token=OPENID)
    payload = await asker.change(resident, REGISTER, channel="WECHAT", token=OPENID)
    assert payload["userErrors"] == []
    device = payload["device"]
    assert device == {"id": device["id"], "channel": "WECHAT", "createdAt": device["createdAt"]}
    statements.clear()
    assert (await asker.change(resident, REGISTER, channel="WECHAT", token=OPENID))["device"] == device
    assert len(statements) == 6, statements  # the lock, what ended, the device, room for it, the audit, the payload
    shown = {"__typename": "Device", "id": device["id"], "channel": "WECHAT"}
    assert (await asker.data(resident, NODE, id=device["id"]))["node"] == shown
    assert (await asker.data(other, NODE, id=device["id"]))["node"] is None


async def test_a_device_ends_with_its_session(asker: Asker) -> None:
    resident = await asker.world.resident()
    device = (await asker.change(resident, REGISTER, channel="PUSH", token=Browser().subscription()))["device"]
    await asker.world.rows("update session set ended_at = now() where id = $1 returning id", resident.session_id)
    assert (await asker.data(resident, NODE, id=device["id"]))["node"] is None


@pytest.mark.parametrize(
    ("channel", "token", "field"), [("SMS", OPENID, "channel"), ("PUSH", "{}", "token"), ("WECHAT", " ", "token")]
)
async def test_what_is_no_device(asker: Asker, channel: str, token: str, field: str) -> None:
    payload = await asker.change(await asker.world.resident(), REGISTER, channel=channel, token=token)
    assert payload["device"] is None
    [problem] = payload["userErrors"]
    assert (problem["code"], problem["field"]) == ("INVALID_INPUT", [field])


async def test_it_needs_its_scope(asker: Asker) -> None:
    resident = asker.without(await asker.world.resident(), "notification:write")
    answer = await asker.whole(resident, REGISTER, input={"channel": "WECHAT", "token": OPENID})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_no_key_while_push_is_off(asker: Asker) -> None:
    assert await asker.data(None, PUSH_KEY) == {"pushPublicKey": None}


@pytest.fixture
async def pushing(pool: Pool, demo_environment: dict[str, str]) -> AsyncIterator[tuple[Asker, VapidKey]]:
    """An application of which push is on."""
    text = new_key()
    on = {"ECARD_PUSH_KEY": text, "ECARD_PUSH_CONTACT": "mailto:a@b.example", "ECARD_MESSAGES_FILE": ""}
    settings = read_settings({**demo_environment, **on, "ECARD_PUSH_HOSTS": "push.example"})
    front = create_app(settings, signals=False)
    async with started(front), httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url=PUBLIC_URL) as http:
        yield await asker_in(pool, settings, http), VapidKey(text)


async def test_browsers_subscribe_with_the_public_key_at_services_that_are_known(pushing: tuple[Asker, VapidKey]) -> None:
    asker, key = pushing
    assert await asker.data(None, PUSH_KEY) == {"pushPublicKey": key.public}
    resident = await asker.world.resident()
    known, unknown = (Browser().subscription(f"https://{host}/send") for host in ("push.example", "fcm.googleapis.com"))
    assert (await asker.change(resident, REGISTER, channel="PUSH", token=known))["userErrors"] == []
    assert (await asker.change(resident, REGISTER, channel="PUSH", token=unknown))["device"] is None
