"""WeChat's template messages, from the city's official account to those who follow it; docs/how-to/notifications.md says what is
set up there. The access token is the stable one, which several workers share; it is renewed when WeChat takes it no longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

import httpx
import orjson

from outside.errors import Gone, Permanent, Transient
from outside.payments.exchange import Clock, Exchange, busy, json_object, understood

LONGEST = 20  # characters of a field
MARGIN = timedelta(minutes=5)  # before its end, a token is not used any more
# WeChat's codes. The rest is refused for good.
OUT_OF_DATE = frozenset({40001, 40014, 42001})  # the access token is wrong, or over
BUSY = frozenset({-1, 45009, 45011})  # busy, or asked too often
GONE = frozenset({40003, 43004})  # no such person, or one who follows the account no longer


@dataclass(frozen=True, slots=True)
class WeChatConfig:
    """`fields`: the template's fields that take title and text. `transport`: for tests, what answers instead of the network."""

    url: str
    app_id: str
    secret: str
    template_id: str
    fields: tuple[str, str]
    clock: Clock
    transport: httpx.AsyncBaseTransport | None = None


class WeChat:
    """A Messenger. Its token is the openid of whoever follows the account."""

    def __init__(self, config: WeChatConfig) -> None:
        self._config = config
        self._exchange = Exchange(config.transport)
        self._token = ""
        self._good_until: datetime | None = None

    async def send(self, to: str, title: str, text: str, reference: str) -> None:
        """See Messenger. WeChat drops a repetition by its id, for ten minutes."""
        fields = zip(self._config.fields, (title, text), strict=True)
        message = {
            "touser": to,
            "template_id": self._config.template_id,
            "client_msg_id": reference.replace("-", ""),
            "data": {name: {"value": _cut(value)} for name, value in fields},
        }
        code = await self._post(message)
        if code in OUT_OF_DATE:
            self._good_until = None
            code = await self._post(message)
        if code != 0:
            _refused(code)

    async def _post(self, message: dict[str, Any]) -> int:
        path = f"/cgi-bin/message/template/send?access_token={await self._access_token()}"
        return understood(_code, await self._ask(path, message))

    async def _access_token(self) -> str:
        now = self._config.clock()
        if self._good_until is None or now >= self._good_until:
            about = {"grant_type": "client_credential", "appid": self._config.app_id, "secret": self._config.secret}
            answer = await self._ask("/cgi-bin/stable_token", about)
            if "access_token" not in answer:
                _refused(understood(_code, answer))
            self._token, seconds = understood(_token, answer)
            self._good_until = now + timedelta(seconds=seconds) - MARGIN
        return self._token

    async def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"content-type": "application/json"}
        answer = await self._exchange.send("POST", self._config.url + path, headers, orjson.dumps(body))
        if busy(answer.status):
            raise Transient(f"The answer was {answer.status}.")
        if answer.status != 200:
            raise Permanent(f"The answer was {answer.status}.")
        return understood(json_object, answer.body)


def _code(answer: dict[str, Any]) -> int:
    return int(answer["errcode"])


def _token(answer: dict[str, Any]) -> tuple[str, int]:
    return str(answer["access_token"]), int(answer["expires_in"])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _refused(code: int) -> NoReturn:
    if code in GONE:
        raise Gone(f"WeChat answered {code}.")
    if code in OUT_OF_DATE or code in BUSY:
        raise Transient(f"WeChat answered {code}.")
    raise Permanent(f"WeChat answered {code}.")
