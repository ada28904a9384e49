"""The card of a patient who is not known yet: what its name, its birth date and its number are made of.

The national rule makes a temporary card's number of name, sex, age and time of the visit alone.
"""

from datetime import date, datetime

from cryptography.hazmat.primitives.hashes import SM3, Hash

from domain.enums import Sex
from domain.refusals import InvalidInput
from domain.times import SHANGHAI, shanghai_day

OLDEST = 150
_DIGITS = 6


def check_age(age: int) -> None:
    """Raises InvalidInput for what nobody's age is, in years."""
    if not 0 <= age <= OLDEST:
        raise InvalidInput("age")


def guessed_birth_date(age: int, now: datetime) -> date:
    """The first day of the year that somebody of this age was born in, about."""
    return date(shanghai_day(now).year - age, 1, 1)


def unknown_name(number: str) -> str:
    """What somebody is called of whom nobody knows the name. `number`: of their card; its end tells them apart from others."""
    return f"无名氏{number[-_DIGITS:]}"


def temporary_id(full_name: str, sex: Sex, age: int, at: datetime) -> bytes:
    """The national card id: SM3 over what the rule names, 32 bytes. `at`: to the microsecond."""
    digest = Hash(SM3())
    digest.update("|".join((full_name, sex, str(age), f"{at.astimezone(SHANGHAI):%Y%m%d%H%M%S%f}")).encode())
    return digest.finalize()
