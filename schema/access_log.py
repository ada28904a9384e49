"""Who looked: the log of what others read of a resident."""

from plans.mapping import Order
from schema import rules
from schema.base import Node, field, stored
from schema.enums import CareStep
from schema.scalars import DateTime

READ = (("record:read",),)
NEWEST = Order(("place", "key"), ("bigint", "uuid"), descending=True)


@stored(view="access_log_entry", letter="g", owned=True, kind="ACCESS_LOG", rule=rules.ACCESS_LOG, scopes=READ)
class AccessLogEntry(Node):
    """Somebody other than the resident has read something. The entries are a chain, which anyone who has them can verify:
    docs/reference/access-log.md gives the algorithm."""

    entry: int = field("Its number in the resident's log: 1, 2, 3 … without gaps.")
    at: DateTime = field("When.")
    actor_kind: str = field("RESIDENT (a carer), INSTITUTION, APP, or LINK: whoever had the link to a shared report.")
    actor: str = field("Who, by the name at that time.")
    care_step: CareStep | None = field("The step of the visit that led there, else of an open one; null where there was none.")
    purpose: str = field("CARE by an institution, FAMILY by a carer, SERVICE by an app, SHARED by a link.")
    kinds: list[str] = field("What was asked for: IDENTITY, CARD, REPORT …")
    break_glass: bool = field("Whether the record was open in an emergency.")
    reason: str | None = field("Of the emergency.")
    previous: str = field("The digest of the entry before it, in hex; zeros before the first.")
    digest: str = field("SHA-256 of the bytes of `previous` and of the text `hashed`, in hex.")
    hashed: str = field("The entry as it was hashed: a JSON array.")
