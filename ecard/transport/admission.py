"""Who is let in, and how often: for every transport the same."""

import asyncio
import logging
from dataclasses import dataclass

from domain.viewer import Viewer
from ecard.errors import Code, RequestError, Unauthenticated
from ecard.transport.engine import Authenticator
from ecard.transport.rates import Rates, Taken

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Admission:
    """`recheck`: how often, in seconds, an open stream asks whether its viewer is still signed in."""

    authenticator: Authenticator
    rates: Rates
    recheck: float = 1.0

    async def viewer(self, authorization: bytes | None, address: str) -> Viewer:
        """Who this is. Raises UNAUTHENTICATED, and RATE_LIMITED for an address that keeps trying."""
        try:
            return await self.authenticator.viewer(authorization)
        except Unauthenticated:
            taken = self.rates.take_of_address(address)
            if taken.retry_after:
                raise too_often(taken) from None
            raise

    async def ends(self, authorization: bytes | None) -> None:
        """Returns when this viewer is signed in no longer; for whoever never was, not at all."""
        while True:
            await asyncio.sleep(self.recheck if authorization is not None else 3_600)
            try:
                await self.authenticator.viewer(authorization)
            except Unauthenticated:
                return
            except Exception as error:
                # The next round will tell; a database that restarts is no reason to drop everyone's streams.
                log.warning("A viewer could not be checked", exc_info=error)


def too_often(taken: Taken) -> RequestError:
    """What is said where no request was left."""
    return RequestError(Code.RATE_LIMITED, retry_after=taken.retry_after)
