"""Who cares for whom: begun with the person's agreement or the registry's word, ended by any of those whom it concerns."""

from collections.abc import Mapping
from uuid import UUID

from db import carers, identities, residents
from db.carers import Carer
from domain.enums import CareScope
from domain.identities import IdentityKind, document_digest
from domain.ids import Key, PublicId
from domain.notifications import NotificationEvent
from domain.refusals import Forbidden, IdentityNotVerified, InvalidInput, NotFound, TooManyCarers
from resolvers.applicants import enter
from resolvers.audit import record
from resolvers.identities import open_phone, set_phone
from resolvers.inputs import CARER, FAMILY_MEMBER, read_owned_id
from resolvers.issuing import card_of
from resolvers.members import Member, read_member
from resolvers.notifications import tell
from resolvers.people import may_act_for, signed_in_resident
from resolvers.transaction import Ask, Made, Transaction
from resolvers.verification import must_use_code


async def before_add_family_member(ask: Ask, **given: object) -> Mapping[str, Member]:
    """Who is to be cared for, confirmed; raises what `read_member` does."""
    return {"member": await read_member(ask, given)}


async def add_family_member(tx: Transaction, *, member: Member, **_: object) -> Made:
    """A card for who has none yet, and the right to care for them. For whom somebody cares already, scopes, end and relationship
    are what they are now.

    Raises InvalidInput for oneself, TooManyCarers, PhoneInUse, VerificationCodeExpired, IdentityNotVerified, Forbidden.
    """
    if tx.viewer.app_id is None:
        raise Forbidden
    new_id = tx.new_id()
    digest = document_digest(tx.tools.lookup, member.person.document)
    resident_id = await identities.claim(tx.connection, IdentityKind.DOCUMENT, digest, new_id)
    if resident_id == member.carer.resident_id:
        raise InvalidInput("document")
    if resident_id == new_id:
        await enter(tx, new_id, member.person)
    else:
        await _meet(tx, resident_id, member)
    if member.proof is not None:
        await must_use_code(tx, member.proof)
    await card_of(tx, resident_id, tx.viewer.app_id)
    id = await _entrust(tx, resident_id, member)
    return Made({"family_member": Key(id, member.carer.resident_id)})


async def remove_family_member(tx: Transaction, *, family_member_id: str) -> Made:
    """Ends it: for the carer themself, the person cared for, or another carer with CARD. Raises NotFound, Forbidden."""
    viewer_id, field = signed_in_resident(tx.viewer), "family_member_id"
    resident_id, id = await _named(tx, family_member_id, field)
    await residents.lock(tx.connection, resident_id)
    carer = await carers.find(tx.connection, resident_id, id, tx.now)
    if carer is None:
        raise NotFound(field)
    if carer.carer_id != viewer_id:
        await may_act_for(tx, resident_id, CareScope.CARD, field)
    await carers.remove(tx.connection, resident_id, id)
    await record(tx, "carer.removed", resident_id, id)
    await tell(tx, NotificationEvent.CARER_REMOVED, resident_id, id, also=[carer.carer_id])
    return Made({"removed_id": family_member_id})


async def _meet(tx: Transaction, resident_id: UUID, member: Member) -> None:
    """Somebody who is known, with their row locked. The phone that agreed must be theirs, or is from now on where they had none."""
    resident, phone = await residents.lock(tx.connection, resident_id), member.person.phone
    if resident is None or resident.birth_date != member.person.birth_date:
        raise IdentityNotVerified
    if phone is None:
        return
    if resident.phone_sealed is None:
        await set_phone(tx, resident, phone)
    elif open_phone(tx.tools, resident) != phone:
        raise IdentityNotVerified("phone")


async def _entrust(tx: Transaction, resident_id: UUID, member: Member) -> UUID:
    """Makes who asks a carer, or what they are as a carer another thing: the id of the carer's row."""
    for ended in await carers.expire(tx.connection, resident_id, tx.now):
        await record(tx, "carer.expired", resident_id, ended.id)
        await tell(tx, NotificationEvent.CARER_ENDED, resident_id, ended.id, also=[ended.carer_id])
    carer, what = member.carer, (member.relationship, member.scopes, tx.now, member.expires_at)
    row = Carer(resident_id, tx.new_id(), carer.resident_id, carer.full_name, *what)
    kept = await carers.replace(tx.connection, row)
    if kept is not None:
        await record(tx, "carer.changed", resident_id, kept)
        return kept
    if not await carers.insert(tx.connection, row):
        raise TooManyCarers
    await record(tx, "carer.added", resident_id, row.id)
    await tell(tx, NotificationEvent.CARER_ADDED, resident_id, row.id)
    return row.id


async def _named(tx: Transaction, public_id: str, field: str) -> tuple[UUID, UUID]:
    """(person cared for, id) of what the id of a carer, or of a carer's family member, names."""
    found = PublicId.decode(public_id)
    if found is not None and found.letter == CARER:
        return read_owned_id(public_id, CARER, field)
    carer_id, id = read_owned_id(public_id, FAMILY_MEMBER, field)
    resident_id = await carers.member(tx.connection, carer_id, id)
    if resident_id is None:
        raise NotFound(field)
    return resident_id, id
