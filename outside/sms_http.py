"""Messages through a gateway; docs/reference/sms-gateway.md says what it is sent and what it answers."""

from collections.abc import Callable
from datetime import datetime

import httpx

from outside.signing import SignedClient

LONGEST = 10.0  # seconds; a worker waits, not a person


class HttpSms:
    """Asks the gateway to send."""

    def __init__(
        self, url: str, secret: str, clock: Callable[[], datetime], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._client = SignedClient(url, secret, clock, LONGEST, transport)

    async def send(self, phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        """See Sms. The code goes in the text alone."""
        await self._client.post("/messages", {"phone": phone, "text": text, "reference": reference})
