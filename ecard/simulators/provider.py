"""What a simulator needs to know of a provider: everything that is only so with this one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ecard.simulators.books import Kind, Notice, Order


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notification as it is sent."""

    headers: Mapping[str, str]
    body: bytes


class Provider(Protocol):
    """A provider's side of the wire."""

    @property
    def pauses(self) -> Sequence[float]:
        """Seconds from one attempt to tell something to the next; after the last one it gives up."""

    @staticmethod
    def reference(kind: Kind, at: datetime, digits: Callable[[int], str]) -> str:
        """What it calls a payment or a refund."""

    def routes(self) -> list[Route]:
        """Its interface."""

    async def busy(self, request: Request) -> Response:
        """What it answers when it has too much to do."""

    def order_of(self, code: str) -> Order | None:
        """What a payer pays who scans this, or hands it to the provider's kit."""

    def notification(self, notice: Notice) -> Outgoing | None:
        """Written and signed anew for each attempt. None: it is nothing that this provider tells."""

    def accepts(self, status: int, body: bytes) -> bool:
        """Whether our answer to a notification ends its repeats."""
