"""Consents: a resident opens a part of the record to an institution, and takes that back."""

from collections.abc import Collection
from datetime import date, datetime

from db import consents
from domain.consents import opened
from domain.enums import CareScope, HealthRecordKind
from domain.ids import Key
from domain.notifications import NotificationEvent
from domain.refusals import NotFound
from resolvers.audit import record
from resolvers.inputs import CONSENT, INSTITUTION, read_id, read_owned_id
from resolvers.notifications import tell
from resolvers.people import may_act_for, person
from resolvers.transaction import Made, Transaction


async def grant_consent(
    tx: Transaction,
    *,
    institution_id: str,
    kinds: Collection[HealthRecordKind],
    expires_at: datetime,
    resident_id: str | None = None,
    to: date | None = None,
    **days: date | None,
) -> Made:
    """Opens entries of these kinds, of the days `from` to `to`, to the institution. The same again is the same consent, while it
    stands. Raises InvalidInput, NotFound, Forbidden."""
    institution = read_id(institution_id, INSTITUTION, "institution_id")
    opens = opened(kinds, days.get("from"), to, expires_at, tx.now)
    owner = await person(tx, resident_id, CareScope.RECORDS)
    new = tx.new_id()
    id = await consents.grant(tx.connection, owner, new, institution, opens, tx.now)
    if id is None:
        raise NotFound("institution_id")
    if id == new:
        await record(tx, "consent.granted", owner, id)
        await tell(tx, NotificationEvent.CONSENT_GRANTED, owner, id)
    return Made({"consent": Key(id, owner)})


async def revoke_consent(tx: Transaction, *, consent_id: str) -> Made:
    """Takes a consent back, from now on; doing it again changes nothing. Raises NotFound, Forbidden."""
    resident_id, id = read_owned_id(consent_id, CONSENT, "consent_id")
    await may_act_for(tx, resident_id, CareScope.RECORDS, "consent_id")
    if await consents.revoke(tx.connection, resident_id, id, tx.now):
        await record(tx, "consent.revoked", resident_id, id)
    elif not await consents.exists(tx.connection, resident_id, id):
        raise NotFound("consent_id")
    return Made({"consent": Key(id, resident_id)})
