"""What the three platforms share: settings, the options of their connections, and how a token becomes a viewer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from db.pool import Pool, PoolOptions
from ecard.app import utc_now
from ecard.auth import TokenAuthenticator
from ecard.settings import Settings
from ecard.tools import key_set, pool_options
from ecard.transport.engine import Authenticator


@dataclass(frozen=True, slots=True)
class Common:
    """The settings are the platform's own."""

    settings: Settings

    def pool_options(self) -> PoolOptions:
        """How to connect."""
        return pool_options(self.settings, "benchmark")

    @asynccontextmanager
    async def authenticator(self) -> AsyncIterator[Authenticator]:
        """The platform's own: a token known before costs a look-up, and what is revoked is heard of."""
        pool = Pool(self.pool_options())
        authenticator = TokenAuthenticator(pool, key_set(self.settings), self.settings.public_url, utc_now)
        listening = asyncio.create_task(authenticator.listen())
        try:
            yield authenticator
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await pool.close()
