"""Push subscriptions: what is one, and which push services may be asked."""

import json

import pytest

from domain.web_push import read_subscription
from tests.support.push import Browser, b64

HOSTS = ("push.example", ".notify.example")
ENDPOINT = "https://push.example/send/abc"


BROWSER = Browser()
P256DH, AUTH = BROWSER.p256dh, b64(BROWSER.auth)


def text(endpoint: object = ENDPOINT, p256dh: object = P256DH, auth: object = AUTH) -> str:
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": {"p256dh": p256dh, "auth": auth}})


def test_what_a_browser_gives() -> None:
    found = read_subscription(text(auth=f"{AUTH}=="), HOSTS)
    assert (found.endpoint, found.p256dh, found.auth) == (ENDPOINT, P256DH, AUTH)
    assert found.origin == "https://push.example"
    assert read_subscription(found.text(), HOSTS) == found


@pytest.mark.parametrize("endpoint", [ENDPOINT, "https://db5p.notify.example/w/?token=a%2bb"])
def test_push_services_that_are_known(endpoint: str) -> None:
    assert read_subscription(text(endpoint), HOSTS).endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/send/abc",
        "https://push.example:8443/send/abc",
        "https://user@push.example/send",
        "https://push.example@evil.example/send",
        "https://evil.example/push.example",
        "https://evil.example\\.notify.example/",
        "https://user:word@db5p.notify.example/",
        "https://evil.example;.notify.example/",
        "https://evil.example%2f.notify.example/",
        "https://[::1].notify.example/",
        "https://xn--a.notify.example/",
        "https://.notify.example/",
        "https://a..notify.example/",
        f"https://{'a' * 64}.notify.example/",
        "https://evilpush.example/",
        "https://notify.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://PUSH.EXAMPLE./",
        "https://push.example/a b",
        "https://push.example/a\r\nhost: evil",
        "https://push.example/路",
        "file:///etc/passwd",
        "",
        None,
        1,
    ],
)
def test_no_other_address_is_ever_asked(endpoint: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_subscription(text(endpoint), HOSTS)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "no json",
        "null",
        "[]",
        "{}",
        '{"endpoint": "https://push.example/", "keys": null}',
        '{"endpoint": "https://push.example/", "keys": {}}',
        text(p256dh=None),
        text(p256dh=b64(b"\x04" + bytes(64))),
        text(p256dh="A"),
        text(p256dh=""),
        text(auth=b64(bytes(15))),
        text(auth=AUTH[:-1] + "/"),
        text(auth="ü"),
        text(f"{ENDPOINT}/{'a' * 4096}"),
        "[" * 4000,
    ],
)
def test_what_is_no_subscription(given: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_subscription(given, HOSTS)
