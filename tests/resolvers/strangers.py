"""A patient who is not known, for tests of temporary cards. There is always another one as well."""

from dataclasses import dataclass
from typing import Any

from domain.enums import CareStep, Sex
from domain.ids import Key
from domain.viewer import Viewer, ViewerKind
from resolvers import temporary_cards
from tests.resolvers.world import World, public, scan

WRISTBAND = CareStep.REGISTER


@dataclass
class Unknown:
    """A patient who is not known, at the hospital that issued their card. `code`: the static one on the wristband."""

    world: World
    hospital: Viewer
    card: Key
    visit: Key
    code: str

    @property
    def id(self) -> Any:
        return self.card.resident_id

    @property
    def card_id(self) -> str:
        return public("C", self.card.id, self.card.resident_id)

    async def bind(self, person: Viewer, by: Viewer | None = None, at: Viewer | None = None, **changes: Any) -> Key:
        """Binds the card to the person, who shows a code of theirs."""
        visit = await self.world.verify(at or self.hospital, await self.world.present(person))
        given: dict[str, Any] = {
            "card_id": self.card_id,
            "visit_id": public("V", visit.id, visit.resident_id),
            "reason": "家属到场",
        }
        made = await self.world.change(temporary_cards.bind_temporary_card, by or self.hospital, **{**given, **changes})
        key: Key = made.fields["binding"]
        return key

    async def undo(self, by: Viewer | None = None, **changes: Any) -> Key:
        given: dict[str, Any] = {"card_id": self.card_id, "reason": "认错了人"}
        made = await self.world.change(temporary_cards.undo_temporary_card_binding, by or self.hospital, **{**given, **changes})
        key: Key = made.fields["binding"]
        return key

    async def row(self, table: str) -> dict[str, Any]:
        (row,) = await self.world.rows(f"select * from {table} where resident_id = $1", self.id)
        return dict(row)

    async def carers(self) -> list[tuple[Any, ...]]:
        """Who cares for the patient: id, relationship, scopes and end; the carer's own list says the same."""
        found = await self.world.rows(
            "select carer_id, relationship, scopes, expires_at, place, binding_id from carer where resident_id = $1 order by 1",
            self.id,
        )
        own = await self.world.rows(
            "select resident_id, relationship, scopes, expires_at from family_member where member_id = $1 order by 1", self.id
        )
        assert {(row["place"], row["binding_id"] is None) for row in found} <= {(None, False)}
        told = [(row["carer_id"], row["relationship"], sorted(row["scopes"]), row["expires_at"]) for row in found]
        assert told == [(row["resident_id"], row["relationship"], sorted(row["scopes"]), row["expires_at"]) for row in own]
        return told

    async def audited(self, resident: Any) -> list[str]:
        rows = await self.world.rows(
            "select action from audit where subject_id = $1 and action like 'temporary%' order by id", resident
        )
        return [row["action"] for row in rows]


async def unknown(world: World, hospital: Viewer | None = None, **changes: Any) -> Unknown:
    """Another one is there as well."""
    where = hospital or await world.institution()
    given: dict[str, Any] = {"sex": Sex.MALE, "age": 40, **scan("", WRISTBAND), **changes}
    del given["code"]
    await world.change(temporary_cards.issue_temporary_card, where, **given)
    made = await world.change(temporary_cards.issue_temporary_card, where, **given)
    return Unknown(world, where, made.fields["card"], made.fields["visit"], made.fields["code"]["text"])


def operator(world: World) -> Viewer:
    return Viewer(
        ViewerKind.APP, client_id=world.client_id, app_id=world.app_id, scopes=frozenset({"platform:write"}), name="市平台"
    )
