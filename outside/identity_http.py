"""The registry as a service; docs/reference/identity-registry.md says what it is asked and what it answers."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import httpx

from domain.documents import NATIONAL_CODES, Document, read_document
from domain.enums import DocumentType, Sex
from domain.refusals import Refusal
from outside.errors import Transient
from outside.identity import Confirmation
from outside.signing import SignedClient

LONGEST = 2.0  # seconds: somebody waits for the answer


class HttpRegistry:
    """Asks the service."""

    def __init__(
        self,
        url: str,
        secret: str,
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = SignedClient(url, secret, clock, LONGEST, transport)

    async def confirm(self, full_name: str, document: Document, phone: str | None) -> Confirmation | None:
        """See IdentityRegistry."""
        body: dict[str, object] = {
            "name": full_name,
            "documentType": NATIONAL_CODES[document.type],
            "documentNumber": document.number,
            "phone": phone,
        }
        try:
            # httpx bounds each step by itself; somebody waits for all of them together.
            async with asyncio.timeout(LONGEST):
                answer = await self._client.post("/confirm", body)
        except TimeoutError:
            raise Transient("No answer: it took too long.") from None
        try:
            return _confirmation(answer)
        except (ValueError, KeyError, TypeError, AttributeError, Refusal):
            raise Transient("The answer is not as it must be.") from None


_TYPES = {code: type for type, code in NATIONAL_CODES.items()}


def _confirmation(answer: dict[str, Any]) -> Confirmation | None:
    if not isinstance(answer["confirmed"], bool):
        raise TypeError("confirmed")
    if not answer["confirmed"]:
        return None
    sex, born, guardians = (answer.get(name) for name in ("sex", "birthDate", "guardians"))
    if not isinstance(guardians, list | None):
        raise TypeError("guardians")
    return Confirmation(
        Sex(sex) if sex is not None else None,
        date.fromisoformat(born) if born is not None else None,
        tuple(_identity(_TYPES[guardian["documentType"]], guardian["documentNumber"]) for guardian in guardians or ()),
    )


def _identity(type: DocumentType, number: str) -> str:
    return read_document(type, number, date.max).identity
