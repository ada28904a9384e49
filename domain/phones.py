"""Mobile numbers of the mainland."""

import re

from domain.refusals import InvalidInput
from domain.texts import compact

_FORM = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_BRACKETS = re.compile(r"[().]")


def read_phone(text: str) -> str:
    """The eleven digits, without the country's code. Raises InvalidInput, of the field phone."""
    match = _FORM.fullmatch(_BRACKETS.sub("", compact(text)))
    if match is None:
        raise InvalidInput("phone")
    return match[1]


def mask_phone(phone: str) -> str:
    """138****0000."""
    return f"{phone[:3]}****{phone[-4:]}"
