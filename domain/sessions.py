"""How long a session lasts, and what of a token can be revoked."""

import hashlib
from datetime import timedelta
from uuid import UUID

SESSION_LIFE = timedelta(days=30)
"""From its last renewal: who opens the app once a month stays signed in; a phone in a drawer does not."""


def subject_of_token(text: str) -> UUID:
    """What stands for one access token among revocations: nothing that could be used as one."""
    return UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])
