"""The plain resolvers of what binds a temporary card to a person, and who may see it."""

from typing import Any

from tests.plans.reading.billing import NAME_ALONE
from tests.plans.reading.city import Record
from tests.plans.reading.fields import at
from tests.plans.reading.plain import SEEN_BY, Reader, Row, first, newest, of


def sees_binding(reader: Reader, row: Record) -> bool:
    """Whose card it is, who cares for them with CARD, the person to whom it was bound; the institution, and the operator."""
    if reader.kind == "INSTITUTION":
        return bool(row["institution_id"] == reader.viewer.institution_id)
    if reader.kind == "APP":
        return "platform:read" in reader.viewer.scopes
    is_concerned = reader.viewer.resident_id in (row["resident_id"], row["bound_to"])
    return reader.kind == "RESIDENT" and (is_concerned or reader.cares(row["resident_id"], "CARD"))


SEEN_BY["CardBinding"] = sees_binding
of("CardBinding.institution")(at)


@of("Card.binding")
def of_card(reader: Reader, row: Row, _: Any) -> Row | None:
    rows = reader.all("CardBinding", resident_id=row.data["resident_id"], card_id=row.data["id"])
    return reader.see("CardBinding", first(newest(rows)))


@of("CardBinding.card")
def card(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Card", first(reader.city.rows("card", resident_id=row.data["resident_id"], id=row.data["card_id"])))


@of("CardBinding.resident")
def person(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["bound_to"])), NAME_ALONE)
