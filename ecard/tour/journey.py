"""The whole journey, in its order."""

from collections.abc import Mapping
from typing import Any

import httpx

from ecard.tour.apply import apply, join
from ecard.tour.leave import end, offline
from ecard.tour.parties import Parties
from ecard.tour.use import lose, paper, show


def walk(http: httpx.Client, ready: Mapping[str, Any], hospital_code: str) -> int:
    """Walks it against the server of `http`, and returns how many steps it had. Raises TourError at the first that is wrong.

    `ready`: the content of the server's ready file. `hospital_code`: of the hospital that joins, which no other has.
    """
    parties = Parties.meet(http, ready, hospital_code)
    join(parties)
    apply(parties)
    show(parties)
    page = paper(parties)
    lose(parties, page)
    offline(parties)
    end(parties)
    return next(parties.resident.steps) - 1
