"""`POST /callbacks/{provider}`: what payment providers tell. Verified, kept once, answered in the provider's own words; the workers
carry it out.

Nothing that it says is believed before its signature is, and nothing of it is logged. A provider that is off has no address here.
When the message cannot be kept, whatever the reason, the provider is told so, and repeats it.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db import inbox, outbox
from db.inbox import About, Message
from db.outbox import JobKind
from db.pool import Pool
from domain.enums import PaymentMethod
from domain.ids import Random, new_id
from domain.limits import Limit
from ecard.bodies import read_body
from ecard.observe.metrics import Metrics
from ecard.payment_providers import PATHS
from outside.errors import Permanent
from outside.payments import Notification, OrderState, PaymentProvider, Reply, WrongSignature

log = logging.getLogger(__name__)

MOST_BYTES = 65_536
# Providers wait for five seconds, some of them.
SECONDS = 4.0
# Of messages that are not believed, each process keeps no more than these; the figures count all of them.
KEPT_REFUSALS = Limit(timedelta(hours=1), 100)


@dataclass(slots=True)
class _Refusals:
    """How many were kept in this window, by provider."""

    window: datetime | None = None
    kept: Counter[PaymentMethod] = field(default_factory=Counter)

    def has_room(self, method: PaymentMethod, now: datetime) -> bool:
        """Counts one more, if it may be kept."""
        window = KEPT_REFUSALS.window_start(now)
        if window != self.window:
            self.window, self.kept = window, Counter()
        self.kept[method] += 1
        return self.kept[method] <= KEPT_REFUSALS.most


class Callbacks:
    """Hears what the providers that are on tell."""

    def __init__(
        self,
        providers: Mapping[PaymentMethod, PaymentProvider],
        pool: Pool,
        clock: Callable[[], datetime],
        random: Random,
        metrics: Metrics,
    ) -> None:
        self._providers = providers
        self._pool = pool
        self._clock = clock
        self._random = random
        self._metrics = metrics
        self._refusals = _Refusals()

    def routes(self) -> list[Route]:
        """A route for each of them."""
        return [
            Route(PATHS[method], partial(self._respond, provider), methods=["POST"]) for method, provider in self._providers.items()
        ]

    async def _respond(self, provider: PaymentProvider, request: Request) -> Response:
        body = await read_body(request, MOST_BYTES)
        if body is None:
            return PlainTextResponse("Too large", 413, {"Connection": "close"})
        outcome, reply = await self._hear(provider, {name.lower(): value for name, value in request.headers.items()}, body)
        self._metrics.callback(provider.method, outcome)
        return Response(reply.body, reply.status, {"Cache-Control": "no-store", "Content-Type": reply.media_type})

    async def _hear(self, provider: PaymentProvider, headers: Mapping[str, str], body: bytes) -> tuple[str, Reply]:
        """What came of it, and the answer."""
        try:
            told = provider.read_notification(headers, body)
        except Exception as error:
            reason = "WRONG_SIGNATURE" if isinstance(error, WrongSignature) else "UNREADABLE"
            if not isinstance(error, Permanent):
                # The text of an unforeseen error quotes what it fell over.
                log.error("A notification could not be read: %s", type(error).__name__, extra={"method": provider.method})
            await self._refuse(provider.method, reason)
            return reason, provider.refused()
        try:
            async with asyncio.timeout(SECONDS):
                is_new = await self._keep(provider.method, told)
        except Exception as error:
            log.warning("A notification could not be kept", exc_info=error, extra={"method": provider.method})
            return "NOT_KEPT", provider.refused()
        return "KEPT" if is_new else "KNOWN", provider.accepted()

    async def _keep(self, method: PaymentMethod, told: Notification) -> bool:
        async with self._pool.transaction() as connection:
            now = self._clock()
            is_new = await inbox.put(connection, _message(method, told), now)
            if is_new:
                args = {"method": method, "id": told.id}
                await outbox.put(connection, JobKind.APPLY_NOTIFICATION, args, new_id(now, self._random), now)
        return is_new

    async def _refuse(self, method: PaymentMethod, reason: str) -> None:
        now = self._clock()
        if not self._refusals.has_room(method, now):
            return
        log.warning("A notification was refused", extra={"method": method, "reason": reason})
        try:
            async with asyncio.timeout(SECONDS), self._pool.connection() as connection:
                await inbox.refuse(connection, method, new_id(now, self._random), reason, now)
        except Exception as error:
            log.warning("A refusal could not be noted", exc_info=error, extra={"method": method})


def _message(method: PaymentMethod, told: Notification) -> Message:
    about = told.about
    if isinstance(about, OrderState):
        kind, order_number, at = About.PAYMENT, about.number, about.paid_at
    else:
        kind, order_number, at = About.REFUND, about.order_number, about.refunded_at
    what = (about.state, about.amount, about.provider_reference, at, about.failure)
    return Message(method, told.id, kind, about.number, order_number, *what)
