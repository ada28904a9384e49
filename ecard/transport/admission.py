"""Who is let in, and how often: for every transport the same."""

import asyncio
import logging
from dataclasses import dataclass

from domain.viewer import Viewer
from ecard.errors import Code, RequestError, Unauthenticated
from ecard.transport.engine import Authenticator
from ecard.transport.rates import Rates

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
        except Unauthenticated as error:
            raise self.refusal(error, address) from None

    def refusal(self, error: Unauthenticated, address: str) -> RequestError:
        """What is said to wrong credentials: that they are, and to an address that keeps trying, when to come back."""
        retry_after = self.rates.take_of_address(address).retry_after
        return too_often(retry_after) if retry_after else error

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


def too_often(retry_after: int) -> RequestError:
    """What is said where no request was left."""
    return RequestError(Code.RATE_LIMITED, retry_after=retry_after)
