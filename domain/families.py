"""Who may care for whom, with which rights, and until when."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time

from domain.enums import CareScope
from domain.refusals import InvalidInput
from domain.times import SHANGHAI

PLACES = 8
"""How many carers a resident has at most."""

_OF_AGE = 18


def of_age_at(birth_date: date) -> datetime:
    """The 18th birthday's first moment, in Asia/Shanghai. Who was born on 29 February has theirs on 1 March."""
    year = birth_date.year + _OF_AGE
    try:
        birthday = birth_date.replace(year=year)
    except ValueError:
        birthday = date(year, 3, 1)
    return datetime.combine(birthday, time(), SHANGHAI).astimezone(UTC)


def is_adult(birth_date: date, now: datetime) -> bool:
    """Whether they decide for themselves who cares for them."""
    return now >= of_age_at(birth_date)


def granted(scopes: Collection[CareScope]) -> list[CareScope]:
    """What the carer may see and do, each once and in the order of the enum. Raises InvalidInput for nothing."""
    if not scopes:
        raise InvalidInput("scopes")
    return [scope for scope in CareScope if scope in scopes]


def check_end(asked: datetime | None, now: datetime) -> None:
    """Raises InvalidInput for an end that is past."""
    if asked is not None and asked <= now:
        raise InvalidInput("expires_at")


def ends_at(asked: datetime | None, birth_date: date, now: datetime) -> datetime | None:
    """Until when somebody may care for who was born then: for a child until the 18th birthday at the latest; None: without end."""
    if is_adult(birth_date, now):
        return asked
    of_age = of_age_at(birth_date)
    return of_age if asked is None else min(asked, of_age)
