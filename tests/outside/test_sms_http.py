import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from outside.errors import Permanent, Transient
from outside.sms_http import HttpSms
from tests.outside.standin import StandIn, stand_in

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
PHONE, TEXT = "13800000000", "【深圳健康卡】登录验证码 012345"


@pytest.fixture
async def gateway() -> AsyncIterator[StandIn]:
    async with stand_in() as found:
        yield found


async def test_the_message_is_sent_as_documented(gateway: StandIn) -> None:
    gateway.answers(200, {})
    await HttpSms(gateway.url, "the secret", lambda: NOW).send(PHONE, TEXT, "reference", "012345")
    (asked,) = gateway.asked
    assert asked.line == "POST /messages HTTP/1.1"
    assert json.loads(asked.body) == {"phone": PHONE, "text": TEXT, "reference": "reference"}
    expected = hmac.new(b"the secret", b"1795397400." + asked.body, hashlib.sha256).hexdigest()
    assert (asked.headers["x-timestamp"], asked.headers["x-signature"]) == ("1795397400", f"sha256={expected}")


@pytest.mark.parametrize(("status", "error"), [(429, Transient), (503, Transient), (400, Permanent), (403, Permanent)])
async def test_what_goes_wrong_is_told_apart(gateway: StandIn, status: int, error: type[Exception]) -> None:
    gateway.answers(status, {})
    with pytest.raises(error, match=str(status)) as failed:
        await HttpSms(gateway.url, "s", lambda: NOW).send(PHONE, TEXT, "reference")
    assert PHONE not in str(failed.value)
    assert TEXT not in str(failed.value)


async def test_a_gateway_that_is_not_there() -> None:
    async with stand_in() as gone:
        sms = HttpSms(gone.url, "s", lambda: NOW)
    with pytest.raises(Transient, match="No answer"):
        await sms.send(PHONE, TEXT, "reference")
