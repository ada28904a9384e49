"""Social security numbers: a citizen's is the citizen's number, foreigners have one of 18 characters that begins with their
country, and a card bears a number of its own."""

import re
from datetime import date

from domain import citizen_number
from domain.documents import Document
from domain.refusals import InvalidInput
from domain.texts import compact

_FORM = re.compile(r"[A-Z]{3}[0-9A-Z]{15}|(?=[0-9A-Z]{8,12}\Z)[A-Z]{0,3}[0-9]+")


def read_social_security_number(text: str, document: Document, today: date) -> str:
    """The number in its one written form. Raises InvalidInput, of the field social_security_number; also where it is a
    citizen's number and not that of `document`, the holder's own."""
    number = compact(text)
    if citizen_number.read(number, today):
        is_right = not document.is_of_citizen or document.number == number
    else:
        is_right = _FORM.fullmatch(number) is not None
    if not is_right:
        raise InvalidInput("social_security_number")
    return number
