"""Citizens' numbers, GB 11643: region, birth date, sequence and check character.

Only the check character (ISO 7064 MOD 11-2) and the date are checked. A table of regions is never complete: it refuses
people whose county was merged, and the residence permits of Hong Kong, Macau and Taiwan.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from domain.enums import Sex

_FORM = re.compile(r"[0-9]{17}[0-9X]")
_EARLIEST = date(1850, 1, 1)


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A number that is right, and what it tells."""

    number: str = field(repr=False)
    birth_date: date
    sex: Sex


def read(number: str, today: date) -> CitizenNumber | None:
    """The citizen's number in its written form (18 characters), or None when it is none. Nobody is born after today."""
    if not _FORM.fullmatch(number) or not _is_checked(number):
        return None
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    if not _EARLIEST <= birth_date <= today:
        return None
    return CitizenNumber(number, birth_date, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def complete(first17: str) -> str:
    """The number with its check character."""
    return first17 + str(mod_11_2.calc_check_digit(first17))


def _is_checked(number: str) -> bool:
    try:
        mod_11_2.validate(number)
    except ValidationError:
        return False
    return True
