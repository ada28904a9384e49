"""People, institutions and an operator for the tests of resolvers: real changes on a real database, with a clock that a test sets.

Every world has other people in it, with cards and visits of their own, so that a statement that forgets whose rows it wants finds
too many.
"""

import asyncio
import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from db import apps, clients, institutions
from db.apps import App
from db.institutions import Institution
from db.pool import Pool
from domain import citizen_number
from domain.documents import Document
from domain.enums import CareSetting, CareStep, CodePurpose, DocumentType, TerminalKind, VerificationPurpose
from domain.identities import phone_digest
from domain.ids import Key, PublicId, new_id
from domain.keys import KeySet, SigningKey
from domain.limits import Limit
from domain.scopes import OF_INSTITUTIONS, OF_RESIDENTS
from domain.sealing import Lookup, Sealer
from domain.tokens import client_secret_digest, new_client_secret
from domain.verification import SmsLimits
from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.change import Asking, Changes
from outside.errors import Transient
from outside.identity import Confirmation
from resolvers import cards, residents, sessions, visits
from resolvers.tools import Tools
from resolvers.transaction import Made
from schema.changes import Before, Change, Resolve

_serial = itertools.count(int.from_bytes(os.urandom(4)) % 10_000_000)


@dataclass(frozen=True)
class Person:
    """Somebody whom the registry knows. `guardians`: identities of documents."""

    name: str
    document_type: DocumentType
    number: str
    phone: str | None
    guardians: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        return {"type": self.document_type, "number": self.number}


def somebody(**changes: Any) -> Person:
    """A person whom nobody else is, and who is of age."""
    n = next(_serial)
    born = date(1950, 1, 1) + timedelta(days=n % 20_000)
    number = citizen_number.complete(f"440304{born:%Y%m%d}{n // 20_000 % 1000:03d}")
    return replace(Person("王小明", DocumentType.RESIDENT_ID, number, f"138{n:08d}"), **changes)


class Registry:
    """The registry's answers. `is_down` makes it fall silent; at the `meeting` those who ask wait for each other."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.asked = 0
        self.is_down = False
        self.told = Confirmation()
        self.meeting: asyncio.Barrier | None = None

    async def confirm(self, full_name: str, document: Document, phone: str | None) -> Confirmation | None:
        self.asked += 1
        if self.meeting is not None:
            await self.meeting.wait()
        if self.is_down:
            raise Transient("down")
        person = self.people.get(document.number)
        if person is None or person.name != full_name or phone not in (None, person.phone):
            return None
        return replace(self.told, guardians=person.guardians)


@dataclass
class World:
    """`now` is what the clock shows; `app_id` and `client_id` of an app of this world."""

    pool: Pool
    tools: Tools
    registry: Registry
    app_id: UUID
    client_id: UUID
    now: datetime = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    language: str = "zh-CN"
    address: str = "192.0.2.1"
    changes: Changes = field(init=False)

    def __post_init__(self) -> None:
        self.changes = Changes(self.pool, self.tools, lambda: self.now, os.urandom)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def change(self, resolve: Resolve, viewer: Viewer = ANONYMOUS, before: Before | None = None, **given: Any) -> Made:
        """Carries the change out as the program does: what the resolver made. Each is a millisecond after the one before."""
        self.later(milliseconds=1)
        made: list[Made] = []

        async def read(_: object, what: Made) -> dict[str, Any]:
            made.append(what)
            return {}

        await self.changes.run(Change(resolve, before, ()), given, Asking(viewer, self.language, self.address), read)
        return made[0]

    async def code_for(self, phone: str, purpose: VerificationPurpose = VerificationPurpose.SIGN_IN) -> str:
        """Asks for a code, and reads it as the worker that sends it would."""
        await self.change(sessions.request_verification_code, phone=phone, purpose=purpose)
        async with self.pool.connection() as connection:
            digest = phone_digest(self.tools.lookup, phone)
            row = await connection.fetchrow(
                "select id, code_sealed from verification_code where phone_digest = $1 order by id desc limit 1", digest
            )
        return self.tools.sealer.open(row["code_sealed"], "verification_code", "code_sealed", row["id"])

    async def apply(self, person: Person, **changes: Any) -> Made:
        """Applies as this person; `changes` to what is given."""
        self.registry.people.setdefault(person.number, person)
        given: dict[str, Any] = {
            "full_name": person.name,
            "document": person.document,
            "phone": person.phone,
            "client_id": public("L", self.client_id),
            **changes,
        }
        if "verification_code" not in given:
            given["verification_code"] = await self.code_for(given["phone"])
        return await self.change(residents.apply_for_card, before=residents.before_apply_for_card, **given)

    async def resident(self, person: Person | None = None) -> Viewer:
        """A resident with a card, signed in."""
        made = await self.apply(person or somebody())
        self.later(seconds=1)
        assert made.read_as is not None
        return made.read_as

    async def institution(self, **changes: Any) -> Viewer:
        """An institution that accepts everything, unless `changes` say otherwise."""
        code = f"H{next(_serial)}"
        row = Institution(
            **{
                "id": new_id(self.now, os.urandom),
                "code": code,
                "name": "市第九人民医院",
                "district": "福田区",
                "level": "三级甲等",
                "address": "莲花路1120号",
                "accepts_outpatient": True,
                "accepts_inpatient": True,
                "care_steps": list(CareStep),
                "created_at": self.now,
                **changes,
            }
        )
        client_id = new_id(self.now, os.urandom)
        async with self.pool.transaction() as connection:
            await institutions.insert(connection, row)
            await clients.insert(connection, client_id, OF_INSTITUTIONS, self.now, institution_id=row.id)
        return Viewer(ViewerKind.INSTITUTION, client_id=client_id, institution_id=row.id, scopes=OF_INSTITUTIONS, name=row.name)

    async def secret_of(self, client_id: UUID) -> str:
        """A new secret of the client."""
        secret = new_client_secret(os.urandom)
        async with self.pool.transaction() as connection:
            digest = client_secret_digest(secret)
            await clients.insert_secret(connection, client_id, new_id(self.now, os.urandom), digest, self.now)
        return secret

    async def care_for(self, resident: Viewer, carer: Viewer, *scopes: str, until: datetime | None = None) -> None:
        """Makes one the carer of the other."""
        async with self.pool.transaction() as connection:
            await connection.execute(
                "insert into carer (resident_id, id, carer_id, carer_name, relationship, scopes, created_at, expires_at, place)"
                " select $1, $2, $3, $4, 'PARENT', $5, $6, $7, coalesce(max(c.place), 0) + 1 from carer c where c.resident_id = $1",
                resident.resident_id,
                new_id(self.now, os.urandom),
                carer.resident_id,
                carer.name,
                list(scopes),
                self.now,
                until,
            )

    async def present(self, resident: Viewer, purpose: CodePurpose = CodePurpose.IDENTIFY, **given: Any) -> str:
        """The text of a code that the resident shows."""
        made = await self.change(cards.present_card, resident, purpose=purpose, **given)
        text: str = made.fields["code"]["text"]
        return text

    async def verify(self, institution: Viewer, code: str, step: CareStep = CareStep.REGISTER, **given: Any) -> Key:
        """The visit that the code opens there."""
        made = await self.change(visits.verify_code, institution, **scan(code, step, **given))
        key: Key = made.fields["visit"]
        return key

    async def rows(self, sql: str, *values: object) -> list[Mapping[str, Any]]:
        """Rows as they are stored."""
        async with self.pool.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql, *values)]

    async def value(self, sql: str, *values: object) -> Any:
        """One value as it is stored."""
        async with self.pool.connection() as connection:
            return await connection.fetchval(sql, *values)


def scan(code: str, step: CareStep = CareStep.REGISTER, **given: Any) -> dict[str, Any]:
    """The input of a scan."""
    terminal = {"id": "W-3", "kind": TerminalKind.WINDOW}
    return {"code": code, "care_step": step, "care_setting": CareSetting.OUTPATIENT, "terminal": terminal, **given}


def public(letter: str, id: UUID, resident_id: UUID | None = None) -> str:
    """The public id."""
    return PublicId(letter, id, resident_id).encode()


async def new_world(pool: Pool, **changes: Any) -> World:
    """A world with an app, and with people of whom a test knows nothing."""
    registry = Registry()
    many = (Limit(timedelta(minutes=1), 10_000),)
    tools = Tools(
        **{
            "sealer": Sealer({"test": os.urandom(32)}, "test", os.urandom),
            "lookup": Lookup(os.urandom(32)),
            "keys": KeySet([SigningKey.new(os.urandom)]),
            "national_key": os.urandom(32),
            "issuer": "https://card.example",
            "identity": registry,
            "draw": lambda text: f"<svg>{text}</svg>",
            "visit_length": timedelta(minutes=30),
            "sms_limits": SmsLimits(many, many),
            **changes,
        }
    )
    now = World.now
    app_id, client_id = new_id(now, os.urandom), new_id(now, os.urandom)
    async with pool.transaction() as connection:
        await apps.insert(connection, App(app_id, "城市健康", "CITY_APP", OF_RESIDENTS, None, now))
        await clients.insert(connection, client_id, OF_RESIDENTS, now, app_id=app_id)
    world = World(pool, tools, registry, app_id, client_id)
    stranger, elsewhere = await world.resident(), await world.institution()
    visit = await world.verify(elsewhere, await world.present(stranger))
    await world.change(
        visits.link_patient_number, elsewhere, visit_id=public("V", visit.id, visit.resident_id), patient_number="P-1"
    )
    await world.change(cards.print_card, stranger)
    return world
