"""Who cares for a resident."""

from schema import rules
from schema.base import Node, field, stored
from schema.enums import CareScope, Relationship
from schema.scalars import DateTime


@stored(view="carer", letter="k", owned=True, kind="IDENTITY", rule=rules.CARER, scopes=(("card:read",),))
class Carer(Node):
    """Somebody who cares for the resident: what they may see and do, and until when. RemoveFamilyMember takes its id."""

    relationship: Relationship = field("What the resident is to the carer.")
    carer_name: str = field("The carer's name.")
    scopes: list[CareScope] = field("What the carer may see and do.")
    created_at: DateTime = field("Since when.")
    expires_at: DateTime | None = field("Until when.")
