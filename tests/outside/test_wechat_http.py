import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from outside.errors import Gone, Permanent, Transient
from outside.wechat_http import WeChat, WeChatConfig
from tests.outside.standin import listening, stand_in
from tests.outside.wechat import SECRET, Account

OPENID, REFERENCE = "oABC-123_x", "01a20e82-0bec-78b8-a9d1-dd552acbd22a"


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with listening(Account()) as found:
        yield found


@pytest.fixture
def wechat(account: Account, clock: Clock) -> WeChat:
    return WeChat(WeChatConfig(account.url, "wx1", SECRET, "template", ("thing1", "thing2"), clock))


def lines(account: Account) -> list[str]:
    return [asked.line.split()[1] for asked in account.asked]


async def test_it_is_sent_as_wechat_documents(account: Account, wechat: WeChat) -> None:
    await wechat.send(OPENID, "就诊提醒", "11月25日09:30，市第九人民医院很长很长的名字", REFERENCE)
    asked_token, asked = account.asked
    assert asked_token.line == "POST /cgi-bin/stable_token HTTP/1.1"
    assert json.loads(asked_token.body) == {"grant_type": "client_credential", "appid": "wx1", "secret": SECRET}
    assert asked.line == "POST /cgi-bin/message/template/send?access_token=token-1 HTTP/1.1"
    assert json.loads(asked.body) == {
        "touser": OPENID,
        "template_id": "template",
        "client_msg_id": REFERENCE.replace("-", ""),
        "data": {"thing1": {"value": "就诊提醒"}, "thing2": {"value": "11月25日09:30，市第九人民医院…"}},
    }
    assert len(json.loads(asked.body)["data"]["thing2"]["value"]) == 20


async def test_one_token_serves_until_shortly_before_its_end(account: Account, wechat: WeChat, clock: Clock) -> None:
    for minutes in (0, 114, 1):
        clock.now += timedelta(minutes=minutes)
        await wechat.send(OPENID, "title", "text", REFERENCE)
    assert [line[-7:] for line in lines(account) if "send" in line] == ["token-1", "token-1", "token-2"]
    assert account.given == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_that_is_taken_no_longer_is_renewed_once(account: Account, wechat: WeChat, code: int) -> None:
    account.codes = [code]
    await wechat.send(OPENID, "title", "text", REFERENCE)
    assert [line[-7:] for line in lines(account) if "send" in line] == ["token-1", "token-2"]
    account.codes = [code, code]
    with pytest.raises(Transient, match=str(code)):
        await wechat.send(OPENID, "title", "text", REFERENCE)


@pytest.mark.parametrize(
    ("code", "error"), [(43004, Gone), (40003, Gone), (-1, Transient), (45009, Transient), (40037, Permanent), (47003, Permanent)]
)
async def test_what_wechat_refuses_is_told_apart(account: Account, wechat: WeChat, code: int, error: type[Exception]) -> None:
    account.codes = [code]
    with pytest.raises(error, match=str(code)) as failed:
        await wechat.send(OPENID, "title", "text", REFERENCE)
    assert type(failed.value) is error
    assert SECRET not in str(failed.value)
    assert OPENID not in str(failed.value)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"errcode": 40013, "errmsg": "invalid appid"}, Permanent),
        (200, {"errcode": 45011, "errmsg": "too often"}, Transient),
        (200, {"access_token": "t"}, Transient),
        (200, {"surprise": 1}, Transient),
        (200, [], Transient),
        (502, {}, Transient),
        (404, {}, Permanent),
    ],
)
async def test_no_token_is_to_be_had(status: int, body: object, error: type[Exception]) -> None:
    async with stand_in() as found:
        found.answers(status, body)
        wechat = WeChat(WeChatConfig(found.url, "wx1", SECRET, "template", ("thing1", "thing2"), Clock()))
        with pytest.raises(error) as failed:
            await wechat.send(OPENID, "title", "text", REFERENCE)
    assert type(failed.value) is error
    assert SECRET not in str(failed.value)


async def test_wechat_does_not_answer() -> None:
    async with stand_in() as gone:
        wechat = WeChat(WeChatConfig(gone.url, "wx1", SECRET, "template", ("thing1", "thing2"), Clock()))
    with pytest.raises(Transient, match="No answer"):
        await wechat.send(OPENID, "title", "text", REFERENCE)
