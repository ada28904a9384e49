"""How somebody is added to whom a resident cares for, and how that ends: inputs, payloads and mutations."""

import strawberry

from resolvers import families
from schema.base import made, provided
from schema.changes import change, payload
from schema.enums import CareScope, Relationship, Sex
from schema.residents import FamilyMember, IdDocumentInput
from schema.scalars import Date, DateTime

WRITE = (("card:write",),)


@strawberry.input(
    description="relationship: what the member is to who asks. An adult agrees with verificationCode, sent to their own phone for"
    " ADD_FAMILY_MEMBER; a child needs neither. expiresAt: for a child at most the 18th birthday. sex, birthDate: where the"
    " document's number does not tell them."
)
class AddFamilyMemberInput:
    full_name: str
    document: IdDocumentInput
    relationship: Relationship
    scopes: list[CareScope]
    expires_at: DateTime | None = strawberry.UNSET
    phone: str | None = strawberry.UNSET
    verification_code: str | None = strawberry.UNSET
    sex: Sex | None = strawberry.UNSET
    birth_date: Date | None = strawberry.UNSET


@payload
class AddFamilyMemberPayload:
    """Whom the resident now cares for."""

    family_member: FamilyMember | None = made("FamilyMember", "The member, with a card of their own.")


@strawberry.input(description="familyMemberId: of a FamilyMember or a Carer.")
class RemoveFamilyMemberInput:
    family_member_id: strawberry.ID


@payload
class RemoveFamilyMemberPayload:
    """Nobody cares any more who did."""

    removed_id: strawberry.ID | None = provided("The id that was given.", "removed_id")


@strawberry.type
class FamilyChanges:
    add_family_member: AddFamilyMemberPayload | None = change(
        families.add_family_member,
        AddFamilyMemberInput,
        "Gives a child or an adult a card of their own, and who asks the right to care for them. Again, it replaces scopes,"
        " relationship and end. At most eight carers a resident.",
        scopes=WRITE,
        before=families.before_add_family_member,
    )
    remove_family_member: RemoveFamilyMemberPayload | None = change(
        families.remove_family_member,
        RemoveFamilyMemberInput,
        "Ends it from the next request on: by the carer, by the person cared for, or by another carer with CARD.",
        scopes=WRITE,
    )
