import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from py_vapid import Vapid02

from outside.errors import Gone, Permanent, Transient
from outside.push_web import PushConfig, WebPush
from outside.vapid import VapidKey, new_key
from tests.outside.standin import StandIn, stand_in
from tests.support.push import Browser, b64

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
KEY = VapidKey(new_key())
CONTACT = "mailto:operator@example.org"
BROWSER = Browser()
REFERENCE = "01a20e82-0bec-78b8-a9d1-dd552acbd22a"


def subscription(endpoint: str = "https://push.example/send/abc") -> str:
    return BROWSER.subscription(endpoint)


class ToStandIn(httpx.AsyncHTTPTransport):
    """Leads every host to the stand-in, which has no certificate."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = httpx.URL(url)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.scheme == "https"
        request.url = request.url.copy_with(scheme="http", host=self._url.host, port=self._url.port)
        return await super().handle_async_request(request)


@pytest.fixture
async def service() -> AsyncIterator[StandIn]:
    async with stand_in() as found:
        yield found


def push(service: StandIn) -> WebPush:
    return WebPush(PushConfig(KEY, CONTACT, ("push.example",), lambda: NOW, ToStandIn(service.url)))


async def test_the_browser_and_nobody_else_can_read_it(service: StandIn) -> None:
    service.answers(201)
    await push(service).send(subscription(), "就诊提醒", "11月25日09:30", REFERENCE)
    (asked,) = service.asked
    assert (asked.line, asked.headers["host"]) == ("POST /send/abc HTTP/1.1", "push.example")
    assert (asked.headers["content-encoding"], asked.headers["ttl"]) == ("aes128gcm", "86400")
    assert "就诊".encode() not in asked.body
    assert BROWSER.read(asked.body) == {"title": "就诊提醒", "body": "11月25日09:30", "tag": REFERENCE}


async def test_it_is_signed_for_the_push_service(service: StandIn) -> None:
    service.answers(201)
    await push(service).send(subscription(), "title", "text", REFERENCE)
    signed = service.asked[0].headers["authorization"]
    assert Vapid02.verify(signed)
    token, key = (part.partition("=")[2] for part in signed.removeprefix("vapid ").split(","))
    claims = token.split(".")[1]
    assert json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) == {
        "aud": "https://push.example",
        "exp": int(NOW.timestamp()) + 12 * 3600,
        "sub": CONTACT,
    }
    assert key == KEY.public


async def test_a_repetition_takes_the_place_of_the_first(service: StandIn) -> None:
    service.answers(201)
    for reference in (REFERENCE, REFERENCE, "another"):
        await push(service).send(subscription(), "title", "text", reference)
    topics = [asked.headers["topic"] for asked in service.asked]
    assert topics[0] == topics[1] != topics[2]
    assert all(len(topic) == 32 for topic in topics)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, Gone),
        (410, Gone),
        (429, Transient),
        (503, Transient),
        (400, Permanent),
        (403, Permanent),
        (413, Permanent),
        (302, Permanent),
    ],
)
async def test_what_goes_wrong_is_told_apart(service: StandIn, status: int, error: type[Exception]) -> None:
    service.answers(status, {})
    with pytest.raises(error) as failed:
        await push(service).send(subscription(), "title", "text", REFERENCE)
    assert type(failed.value) is error
    assert "abc" not in str(failed.value)


async def test_a_service_that_does_not_answer() -> None:
    async with stand_in() as gone:
        adapter = push(gone)
    with pytest.raises(Transient, match="No answer"):
        await adapter.send(subscription(), "title", "text", REFERENCE)


@pytest.mark.parametrize("endpoint", ["https://evil.example/send", "http://push.example/send", "https://127.0.0.1/"])
async def test_no_other_address_is_asked_whatever_is_stored(service: StandIn, endpoint: str) -> None:
    with pytest.raises(Permanent, match="no subscription at a push service that is known"):
        await push(service).send(subscription(endpoint), "title", "text", REFERENCE)
    assert service.asked == []


def test_a_key_is_read_back_and_hides_itself() -> None:
    text = new_key()
    key = VapidKey(text)
    assert len(urlsafe_b64decode(key.public + "=")) == 65
    assert key.public == VapidKey(f"{text}=").public
    assert new_key() != text
    assert text not in repr(key)


@pytest.mark.parametrize("text", ["", "abc", b64(bytes(31)), b64(bytes(32)), b64(b"\xff" * 32), "ü" * 43])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        VapidKey(text)
