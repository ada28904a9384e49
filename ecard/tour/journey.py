"""The whole journey, in its order."""

from collections.abc import Mapping
from typing import Any

import httpx

from ecard.tour.apply import apply, join
from ecard.tour.bills import charge
from ecard.tour.birth import born, first_check_up, first_number
from ecard.tour.clinic import Clinic, arrive, book, open_clinic
from ecard.tour.consent import agree, look
from ecard.tour.doctor import find_doctor, renew_and_leave, serve
from ecard.tour.hospital import operate
from ecard.tour.leave import end, offline
from ecard.tour.medicine import collect, collect_for
from ecard.tour.messages import read_messages
from ecard.tour.parties import Parties
from ecard.tour.payments import pay
from ecard.tour.record import check_up, timeline
from ecard.tour.settlement import give_back, settle
from ecard.tour.trust import entrust, take_back
from ecard.tour.unknown import find_out
from ecard.tour.use import lose, paper, show
from ecard.tour.waiting import give_up, handed_on


def walk(http: httpx.Client, ready: Mapping[str, Any], hospital_code: str) -> int:
    """Walks it against the server of `http`, and returns how many steps it had. Raises TourError at the first that is wrong.

    `ready`: the content of the server's ready file. `hospital_code`: of the hospital that joins, which no other has.
    """
    parties = Parties.meet(http, ready, hospital_code)
    join(parties)
    apply(parties)
    show(parties)
    clinic = open_clinic(parties)
    arrive(parties, book(parties, clinic))
    entry = give_up(parties, clinic)
    bills = charge(parties)
    payments = pay(parties, bills)
    give_back(parties, bills, payments)
    settle(parties, payments)
    visit = check_up(parties, clinic)
    collect(parties, clinic, visit)
    timeline(parties)
    agree(parties)
    look(parties)
    _family(parties, clinic)
    handed_on(parties, entry)
    page = paper(parties)
    lose(parties, page)
    offline(parties)
    end(parties)
    return next(parties.resident.steps) - 1


def _family(parties: Parties, clinic: Clinic) -> None:
    """A year of one family."""
    child = born(parties)
    first_check_up(parties, clinic, child)
    first_number(parties, child)
    elder = entrust(parties)
    agreement = find_doctor(parties, clinic, elder)
    serve(parties, elder, agreement)
    visit = operate(parties, clinic, elder)
    collect_for(parties, clinic, visit)
    find_out(parties, clinic, elder)
    read_messages(parties, child)
    renew_and_leave(parties, elder, agreement)
    take_back(parties, elder)
