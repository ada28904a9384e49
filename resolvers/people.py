"""For whom a change is made: who asks, or a person they care for; and which institution asks."""

from uuid import UUID

from db import carers
from domain.enums import CareScope
from domain.refusals import Forbidden, NotFound
from domain.viewer import Viewer, ViewerKind
from resolvers.inputs import RESIDENT, read_id
from resolvers.transaction import Transaction


def signed_in_resident(viewer: Viewer) -> UUID:
    """Who asks. Raises Forbidden for apps and institutions, whatever their scopes."""
    if viewer.kind is not ViewerKind.RESIDENT or viewer.resident_id is None:
        raise Forbidden
    return viewer.resident_id


def signed_in_institution(viewer: Viewer) -> UUID:
    """The institution that asks. Raises Forbidden for everybody else, whatever their scopes."""
    if viewer.kind is not ViewerKind.INSTITUTION or viewer.institution_id is None:
        raise Forbidden
    return viewer.institution_id


async def person(tx: Transaction, resident_id: str | None, scope: CareScope) -> UUID:
    """The resident that an input names: who asks when it names none. Raises what `may_act_for` does."""
    viewer_id = signed_in_resident(tx.viewer)
    named = viewer_id if resident_id is None else read_id(resident_id, RESIDENT, "resident_id")
    await may_act_for(tx, named, scope, "resident_id")
    return named


async def may_act_for(tx: Transaction, resident_id: UUID, scope: CareScope, field: str) -> None:
    """Returns for oneself, and for who cares for the resident with this scope. Raises Forbidden for a carer without it, and
    NotFound for everybody else, as if there were no such resident."""
    viewer_id = signed_in_resident(tx.viewer)
    if resident_id == viewer_id:
        return
    scopes = await carers.scopes(tx.connection, resident_id, viewer_id, tx.now)
    if scopes is None:
        raise NotFound(field)
    if scope not in scopes:
        raise Forbidden(field)
