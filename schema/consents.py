"""What a resident has opened of the record, and to whom."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema import rules
from schema.base import Node, edge, field, newest_first, stored
from schema.cards import SAME_RESIDENT
from schema.enums import HealthRecordKind
from schema.institutions import Institution
from schema.scalars import Date, DateTime

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("record:read",),)
NEWEST = newest_first()


@stored(view="consent", letter="c", owned=True, kind="CONSENT", rule=rules.CONSENT, scopes=READ)
class Consent(Node):
    """An institution may read a part of the record, whoever wrote it, until the consent expires or is revoked."""

    kinds: list[HealthRecordKind] = field("Which kinds of entries it opens.")
    from_day: Date | None = field("Entries of this day and later; all before as well when null.", name="from")
    to_day: Date | None = field("Entries of this day and earlier; all to come as well when null.", name="to")
    granted_at: DateTime = field("When it was given.")
    expires_at: DateTime = field("When it ends by itself.")
    revoked_at: DateTime | None = field("When it was taken back.")
    institution: Institution | None = edge("Institution", "Who may read.", on={"key": "{p}.institution_id"})
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident", "Whose record it is; for institutions the name alone.", on=SAME_RESIDENT, narrow=rules.RESIDENT_OF_BILL
    )
