"""Family doctors: a resident asks a team, the team decides within three days, and what it promises for a year is counted.

docs/reference/family-doctors.md says it for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain import bills
from domain.enums import AgreementStatus
from domain.money import LARGEST
from domain.refusals import InvalidInput, WrongState
from domain.times import shanghai_day

TIME_TO_DECIDE = timedelta(hours=72)
REMINDER_BEFORE = timedelta(hours=24)
"""So long before a decision is due the team is reminded of it."""
PATIENCE = timedelta(days=7)
"""So long after a decision was due a request is given up."""
NOTICE = timedelta(days=30)
"""So long before an agreement ends the resident is told."""

LARGEST_CAPACITY = 100_000
MOST_PACKAGES = 20
MOST_SERVICES = 30
MOST_PROMISED = 1_000


@dataclass(frozen=True, slots=True)
class Service:
    """What a package promises, and how often in a year."""

    name: str
    promised: int


@dataclass(frozen=True, slots=True)
class Package:
    """What a team offers under a code of its own. `annual_fee`: fen."""

    id: UUID
    code: str
    name: str
    annual_fee: int
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A year of an agreement, both days included; without days while it waits for a decision. `delivered`: how many services."""

    id: UUID
    starts_on: date | None
    ends_on: date | None
    bill_id: UUID | None
    delivered: int

    def covers(self, day: date) -> bool:
        return self.starts_on is not None and self.ends_on is not None and self.starts_on <= day <= self.ends_on

    def is_ahead(self, day: date) -> bool:
        return self.starts_on is not None and self.starts_on > day


def check_capacity(capacity: int) -> None:
    """Raises InvalidInput for a team of nobody, and for one of a whole city."""
    if not 1 <= capacity <= LARGEST_CAPACITY:
        raise InvalidInput("capacity")


def check_offer(packages: Sequence[Package]) -> None:
    """Raises InvalidInput with the path: for no packages or too many, a code given twice, a package that promises nothing, too
    much, or the same twice, and for fees that no bill could hold together."""
    if not 1 <= len(packages) <= MOST_PACKAGES or sum(package.annual_fee for package in packages) > LARGEST:
        raise InvalidInput("packages")
    codes: set[str] = set()
    for index, package in enumerate(packages):
        path = ("packages", str(index))
        if package.code in codes:
            raise InvalidInput(*path, "code")
        codes.add(package.code)
        names = [service.name for service in package.services]
        if not 1 <= len(names) <= MOST_SERVICES or len(set(names)) < len(names):
            raise InvalidInput(*path, "services")
        for place, service in enumerate(package.services):
            if not 1 <= service.promised <= MOST_PROMISED:
                raise InvalidInput(*path, "services", str(place), "promised")


def promised(packages: Sequence[Package]) -> list[Service]:
    """What packages promise together: services of one name add up."""
    sums: dict[str, int] = {}
    for package in packages:
        for service in package.services:
            sums[service.name] = sums.get(service.name, 0) + service.promised
    return [Service(name, times) for name, times in sums.items()]


def bill_content(fees: Mapping[tuple[str, str], int]) -> bills.Content:
    """What a term costs: a line for each package that costs something. `fees`: (code, name) → fen."""
    lines = [bills.Item(code, name, Decimal(1), "年", fee) for (code, name), fee in fees.items() if fee]
    return bills.Content(lines)


def year_from(starts_on: date) -> tuple[date, date]:
    """The first and the last day of a year: the last is the day before the same date comes again."""
    try:
        again = starts_on.replace(year=starts_on.year + 1)
    except ValueError:  # 29 February
        again = date(starts_on.year + 1, 3, 1)
    return starts_on, again - timedelta(days=1)


def must_decide(status: AgreementStatus, accept: bool) -> bool:
    """Whether there is something to decide: not when it was decided so before. Raises WrongState."""
    if status is (AgreementStatus.ACTIVE if accept else AgreementStatus.DECLINED):
        return False
    if status is not AgreementStatus.REQUESTED:
        raise WrongState("agreement_id")
    return True


def next_year(status: AgreementStatus, terms: Sequence[Term], now: datetime) -> tuple[date, date] | None:
    """The year that a renewal adds: it follows on the last one. None when that has not begun yet, since one renews once ahead.
    Raises WrongState for what does not run."""
    newest, today = terms[-1], shanghai_day(now)
    if status is not AgreementStatus.ACTIVE or newest.ends_on is None or newest.ends_on < today:
        raise WrongState("agreement_id")
    return None if newest.is_ahead(today) else year_from(newest.ends_on + timedelta(days=1))


def must_end(status: AgreementStatus) -> bool:
    """Whether it has to be ended: not when it was before. Raises WrongState for what was declined or has expired."""
    if status in (AgreementStatus.DECLINED, AgreementStatus.EXPIRED):
        raise WrongState("agreement_id")
    return status is not AgreementStatus.ENDED


def released_bills(terms: Sequence[Term], now: datetime) -> list[UUID]:
    """The bills that are given up when an agreement ends now: of years that have not begun, and of the one that runs if nothing was
    delivered in it."""
    today = shanghai_day(now)
    return [
        term.bill_id
        for term in terms
        if term.bill_id is not None and (term.is_ahead(today) or (term.covers(today) and not term.delivered))
    ]


def term_of_delivery(status: AgreementStatus, terms: Sequence[Term], delivered_at: datetime, now: datetime) -> Term:
    """The year in which a service was delivered. Raises WrongState for an agreement that does not run, InvalidInput for a time that
    is to come or in none of its years."""
    if status is not AgreementStatus.ACTIVE:
        raise WrongState("agreement_id")
    found = [term for term in terms if delivered_at <= now and term.covers(shanghai_day(delivered_at))]
    if not found:
        raise InvalidInput("delivered_at")
    return found[0]
