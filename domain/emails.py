"""E-mail addresses."""

import re

LONGEST = 254  # characters
# What SMTP takes without extensions, and nothing that ends a header.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


def is_email(text: str) -> bool:
    """Whether mail can be sent there, as far as its form tells."""
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None
