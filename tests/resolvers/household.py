"""Families for tests: people of every age whom the registry knows, added by who cares for them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain import citizen_number
from domain.documents import read_document
from domain.enums import CareScope, DocumentType, Relationship, Sex, VerificationPurpose
from domain.identities import document_digest
from domain.ids import Key
from domain.viewer import Viewer
from outside.identity import Confirmation
from resolvers import families
from resolvers.transaction import Made
from tests.resolvers.world import Person, World, public, somebody

CHILDHOOD = timedelta(days=9 * 365)


def guardian(*people: Person) -> tuple[str, ...]:
    """As the registry names them."""
    return tuple(f"CITIZEN:{person.number}" for person in people)


def child_of(world: World, *guardians: Person, born: date | None = None, **changes: Any) -> Person:
    """A child with a number of its own and no phone, nine years old unless it was `born` on another day."""
    born = born or world.now.date() - CHILDHOOD
    number = citizen_number.complete(f"440304{born:%Y%m%d}{int(str(somebody().phone)[-3:]):03d}")
    return _known(world, somebody(number=number, phone=None, guardians=guardian(*guardians), **changes))


def newborn_of(world: World, *guardians: Person) -> Person:
    """A child with a birth certificate, born today."""
    number = "T" + str(somebody().phone)[2:]
    world.registry.told = Confirmation(Sex.FEMALE, world.now.date())
    return _known(
        world, somebody(document_type=DocumentType.BIRTH_CERTIFICATE, number=number, phone=None, guardians=guardian(*guardians))
    )


def adult(world: World, **changes: Any) -> Person:
    """Somebody whom the registry knows, with a phone."""
    return _known(world, somebody(**changes))


def _known(world: World, person: Person) -> Person:
    world.registry.people[person.number] = person
    return person


async def agreed(world: World, person: Person, **given: Any) -> dict[str, Any]:
    """The input by which this adult is added: with a code that was sent to them."""
    code = await world.code_for(str(person.phone), VerificationPurpose.ADD_FAMILY_MEMBER)
    return {**asked(person), "phone": person.phone, "verification_code": code, **given}


def asked(person: Person, scopes: Sequence[CareScope] = (CareScope.CARD,), **given: Any) -> dict[str, Any]:
    """The input by which this person is added, without a code."""
    whom = {"full_name": person.name, "document": person.document}
    return {**whom, "relationship": Relationship.CHILD, "scopes": list(scopes), **given}


async def add(world: World, carer: Viewer, given: dict[str, Any]) -> Key:
    """Adds somebody: the key of the carer's family member."""
    made = await world.change(families.add_family_member, carer, families.before_add_family_member, **given)
    key: Key = made.fields["family_member"]
    return key


async def remove(world: World, viewer: Viewer, letter: str, id: Any, owner: Any) -> Made:
    """Ends the care that the id of a family member (M) or a carer (k) names."""
    return await world.change(families.remove_family_member, viewer, family_member_id=public(letter, id, owner))


async def id_of(world: World, person: Person) -> UUID:
    """The resident's id, by their document."""
    digest = document_digest(world.tools.lookup, read_document(person.document_type, person.number, world.now.date()))
    id: UUID = await world.value("select resident_id from identity where kind = 'DOCUMENT' and digest = $1", digest)
    return id


async def carers_of(world: World, person: Person) -> list[Mapping[str, Any]]:
    """The rows of who cares for this person, in order of their ids."""
    return await world.rows("select * from carer where resident_id = $1 order by id", await id_of(world, person))
