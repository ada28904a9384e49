"""Where the rows of types are stored, and how they are found by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from plans.mapping import SchemaMapping
from tests.plans.reading.city import City, Record

# Where the view is not called as its table.
TABLES = {
    "AccessLogEntry": "access_log",
    "FailedJob": "outbox",
    "Medication": "prescription_item",
}
# What reasons ask beside the types' own tables.
RELATIONS = ("family_doctor_agreement", "blood_type", "pay_permission", "payment_bill")
Rows = Mapping[tuple[str, UUID | None, UUID], Record]


@dataclass(frozen=True, slots=True)
class Stored:
    """`letters`: of public ids, and of which type each is; `types`: type → its table."""

    letters: Mapping[str, str]
    types: Mapping[str, str]

    @classmethod
    def of(cls, mapping: SchemaMapping) -> "Stored":
        """By the mapping's views."""
        named = {one.name: one for one in mapping.types.values() if one.letter and one.view}
        tables = {name: TABLES.get(name, str(one.view)) for name, one in named.items()} | {"Medication": TABLES["Medication"]}
        return cls({str(one.letter): name for name, one in named.items()}, tables)

    @property
    def tables(self) -> set[str]:
        """All that is read."""
        return {*self.types.values(), *RELATIONS}

    def by_id(self, city: City) -> Rows:
        """All rows under their type, resident and id."""
        found: dict[tuple[str, UUID | None, UUID], Record] = {}
        for name, table in self.types.items():
            for row in city.tables[table]:
                owner = None if name == "Resident" else row.get("resident_id")
                found[name, owner, row["resident_id"] if name == "Resident" else row["id"]] = row
        return found
