"""What the identity registry is asked, before the transaction: the one thing outside that somebody waits for."""

import asyncio
from datetime import timedelta

from domain.documents import Document
from domain.refusals import IdentityNotVerified, ProviderUnavailable
from outside.errors import Transient
from outside.identity import Confirmation
from resolvers.transaction import Ask

LONGEST = 2.0  # seconds
AGAIN_AFTER = timedelta(seconds=30)


async def confirm(ask: Ask, full_name: str, document: Document, phone: str | None) -> Confirmation:
    """The registry's word that they are of one person. Raises IdentityNotVerified when they are not, and ProviderUnavailable
    when there is no answer within two seconds."""
    try:
        async with asyncio.timeout(LONGEST):
            confirmation = await ask.tools.identity.confirm(full_name, document, phone)
    except (Transient, TimeoutError):
        raise ProviderUnavailable(retry_at=ask.now + AGAIN_AFTER) from None
    if confirmation is None:
        raise IdentityNotVerified
    return confirmation
