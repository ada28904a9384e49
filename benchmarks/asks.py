"""Who asks what: tokens as sessions and clients would have been given them, and the variables of each request."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice, product
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.questions import Ask, Askers
from db.connection import Connection
from domain.ids import PublicId
from domain.scopes import OF_INSTITUTIONS, OF_RESIDENTS
from domain.tokens import AccessToken, AccessTokens
from domain.viewer import ViewerKind
from ecard.app import utc_now
from ecard.settings import read_settings
from ecard.tools import key_set

LIFE = timedelta(hours=6)
PAGE = 100

SIGNED_IN = """
select s.resident_id, s.id as session_id, s.app_id,
    (select m.member_id from family_member m where m.resident_id = s.resident_id order by m.id limit 1) as member_id
from session s join resident r using (resident_id)
where $1 is false or exists (select from family_member m where m.resident_id = s.resident_id)
order by sha256(uuid_send(s.resident_id)) limit $2
"""
# Days to come with a page of appointments or more; one client of each institution.
BUSY_DAYS = """
select c.client_id, a.institution_id, a.day
from appointment a
join (select distinct on (institution_id) institution_id, id as client_id from client where institution_id is not null) c
    using (institution_id)
where a.day > current_date
group by c.client_id, a.institution_id, a.day having count(*) >= $1
order by sha256(uuid_send(a.institution_id) || convert_to(a.day::text, 'UTF8')) limit $2
"""
# Slots with places, one department a day, so that a resident can have all of a row's.
FREE_SLOTS = """
select array_agg(id order by day) as ids from (
    select id, day, department_id, row_number() over (partition by department_id, day order by starts_at, id) as turn
    from slot where withdrawn_at is null and taken = 0 and capacity >= $1 and starts_at > now() + interval '1 day'
) s group by department_id, turn order by department_id, turn
"""


class Asking:
    """Makes the asks of a city. `environment`: the settings of the platforms that are to accept the tokens."""

    def __init__(self, url: str, environment: Mapping[str, str]) -> None:
        settings = read_settings(environment)
        self._url = url
        self._tokens = AccessTokens(key_set(settings), settings.public_url)
        self._now = utc_now().replace(microsecond=0)

    async def asks(self, askers: Askers, count: int) -> list[Ask]:
        """At most so many, always the same. Of bookers: as many as there are places for, since each is asked once a round."""
        connection = await asyncpg.connect(self._url)
        try:
            if askers is Askers.INSTITUTIONS:
                return [self._day_list(row) for row in await connection.fetch(BUSY_DAYS, PAGE, count)]
            residents = await connection.fetch(SIGNED_IN, askers is Askers.CARERS, count)
            if askers is Askers.BOOKERS:
                return await self._bookings(connection, residents)
            return [Ask(self._session(row), _about(row) if askers is Askers.FAMILIES else {}) for row in residents]
        finally:
            await connection.close()

    def _day_list(self, row: Mapping[str, Any]) -> Ask:
        token = self._token(ViewerKind.INSTITUTION, row["institution_id"], row["client_id"], None)
        return Ask(token, {"date": row["day"].isoformat(), "first": PAGE})

    async def _bookings(self, connection: Connection, residents: Sequence[Mapping[str, Any]]) -> list[Ask]:
        """Each row of slots (a department, one slot a day) for as many residents as a slot has places."""
        places = 5
        rows = [row["ids"] for row in await connection.fetch(FREE_SLOTS, places)]
        tokens = [self._session(row) for row in residents]
        asks = []
        for index, (row, place) in enumerate(islice(product(rows, range(places)), len(tokens))):
            asks += [
                Ask(tokens[index], {"input": {"slotId": PublicId("T", id).encode(), "idempotencyKey": f"{id}-{place}"}})
                for id in row
            ]
        # Neighbours in the list are of different residents and slots, as in a city.
        return asks[:: len(asks) // 97 or 1] if len(asks) < 97 else [ask for start in range(97) for ask in asks[start::97]]

    def _session(self, row: Mapping[str, Any]) -> str:
        return self._token(ViewerKind.RESIDENT, row["resident_id"], row["app_id"], row["session_id"])

    def _token(self, kind: ViewerKind, subject: UUID, client_id: UUID, session_id: UUID | None) -> str:
        scopes = OF_RESIDENTS if kind is ViewerKind.RESIDENT else OF_INSTITUTIONS
        return self._tokens.issue(AccessToken(kind, subject, client_id, session_id, scopes, self._now, self._now + LIFE))


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    """Whom a resident asks about: the first of those whom they care for, or nobody but themselves."""
    return {"residentId": PublicId("R", row["member_id"]).encode()} if row["member_id"] else {}
