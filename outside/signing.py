"""How requests to the registry and to the message gateway are signed: a header over time and body, by a shared secret."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import httpx
import orjson

from outside.errors import Permanent, Transient


class SignedClient:
    """Posts JSON to one address. `seconds`: for the whole exchange."""

    def __init__(
        self,
        url: str,
        secret: str,
        clock: Callable[[], datetime],
        seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._secret = secret.encode()
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=seconds, transport=transport, follow_redirects=False)

    async def post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        """The answer's JSON object. Raises Transient for no answer, 429 and 5xx, Permanent for any other refusal."""
        content = orjson.dumps(body)
        at = str(int(self._clock().timestamp()))
        signature = hmac.new(self._secret, at.encode() + b"." + content, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-timestamp": at, "x-signature": f"sha256={signature}"}
        try:
            response = await self._client.post(self._url + path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise Transient(f"No answer: {type(error).__name__}.") from None
        if response.status_code == 429 or response.status_code >= 500:
            raise Transient(f"The answer was {response.status_code}.")
        if response.status_code >= 300:
            raise Permanent(f"The answer was {response.status_code}.")
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            raise Transient("The answer was no JSON.") from None
        if not isinstance(answer, dict):
            raise Transient("The answer was no object.")
        return answer

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
