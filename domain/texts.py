"""Numbers that people type and read: one written form, and a masked one."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\-\u2010-\u2015\u2212]+")
_LONGEST = 64


def compact(text: str) -> str:
    """The one written form of a number: half-width capitals without spaces and dashes. Empty when it is far too long."""
    if len(text) > _LONGEST:
        return ""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def mask(number: str) -> str:
    """What is shown of a number: at most its ends, never more than half of it. Of a citizen's, the region and the end."""
    if len(number) >= 15:
        start, end = 3, 4
    else:
        start, end = (2, 2) if len(number) >= 8 else (1, 1)
    return number[:start] + "*" * (len(number) - start - end) + number[-end:]
