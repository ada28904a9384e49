"""The city of the proof: its rows, read once out of the tables, and who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from db.connection import Connection
from db.migrate import migrate
from domain.viewer import ANONYMOUS, Viewer, ViewerKind

PARTS = (
    *("city", "bindings", "money", "settling", "waiting", "record"),
    *("reports", "medicines", "looking", "family_doctors", "stays", "notices", "channels"),
)
SQL = "".join((Path(__file__).parent / f"{part}.sql").read_text("utf-8") for part in PARTS)
PUBLIC_URL = "https://card.example"
TABLES = (
    "card_binding",
    *("draw_seed", "place_return", "waitlist_entry"),
    *("bill", "bill_item", "pay_permission", "payment", "payment_bill", "refund"),
    *("discrepancy", "settlement", "statement_line"),
    *("admission", "allergy", "blood_type", "condition", "consent", "diagnosis", "encounter", "immunization"),
    *("access_log", "observation", "report", "report_link"),
    *("dispensing", "prescription", "prescription_item"),
    *("family_doctor_team", "family_doctor_package", "promised_service"),
    *("family_doctor_agreement", "agreement_package", "agreement_term", "agreement_service"),
    "inpatient_charge",
    *("notification", "notification_preference"),
    *("app", "appointment", "carer", "card", "client", "client_secret", "department", "doctor", "family_member", "file"),
    *(
        "institution",
        "outbox",
        "slot",
        "patient_number",
        "printed_code",
        "resident",
        "scan",
        "session",
        "device",
        "visit",
        "worker_heartbeat",
    ),
)

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class City:
    """Table → its rows, in no order that counts."""

    tables: Mapping[str, list[Record]]

    def rows(self, table: str, **equal: Any) -> list[Record]:
        """The rows of which these columns have these values."""
        return [row for row in self.tables[table] if all(row[name] == value for name, value in equal.items())]


def number(n: int) -> UUID:
    """The ids that city.sql gives."""
    return UUID(f"00000000-0000-7000-8000-{n:012}")


SETTINGS = {
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "plan_cache_mode": "force_generic_plan",
    "ecard.public_url": PUBLIC_URL,
}


def within(url: str, database: str) -> str:
    """The address of another database on the same server."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{database}?{parts.query}"


async def connect(url: str) -> Connection:
    """A connection to the database, as the program's pool makes them."""
    return await asyncpg.connect(url, server_settings=SETTINGS)


async def build(url: str, database: str) -> str:
    """Makes the city in a database of its own on the server; its address."""
    connection: Connection = await asyncpg.connect(url)
    await connection.execute(f"create database {database}")
    await connection.close()
    made = within(url, database)
    connection = await connect(made)
    await migrate(connection)
    await connection.execute(SQL)
    await connection.close()
    return made


async def read(connection: Connection) -> City:
    """All there is in it."""
    tables: dict[str, list[Record]] = {}
    for table in TABLES:
        tables[table] = [dict(row) for row in await connection.fetch(f"select * from public.{table}")]
    return City(tables)


OF_RECORD = ("report:read", "prescription:read", "record:read")
OF_RESIDENTS = (
    *("card:read", "card:write", "appointment:read", "bill:read", "payment:read", "agreement:read", "notification:read"),
    *OF_RECORD,
)


def language(viewer: Viewer) -> str:
    """That of the viewer's requests; of 2 and 9 none, so that their preference counts."""
    return "" if viewer.resident_id in (number(2), number(9)) else "en"


def resident(n: int, *scopes: str) -> Viewer:
    return Viewer(ViewerKind.RESIDENT, number(n), number(500), None, number(1), None, frozenset(scopes), f"住民 {n}")


def institution(client: int, n: int) -> Viewer:
    scopes = frozenset(
        {
            *("visit:read", "visit:write", "directory:write"),
            *("appointment:read", "bill:read", "payment:read", "agreement:read"),
            *OF_RECORD,
        }
    )
    return Viewer(ViewerKind.INSTITUTION, client_id=number(client), institution_id=number(n), scopes=scopes, name=f"医院 {n}")


def app(client: int, n: int, *scopes: str) -> Viewer:
    return Viewer(ViewerKind.APP, client_id=number(client), app_id=number(n), scopes=frozenset(scopes), name=f"App {n}")


VIEWERS: Mapping[str, Viewer] = {
    "anonymous": ANONYMOUS,
    "resident": resident(1, *OF_RESIDENTS),
    "child": resident(2, *OF_RESIDENTS),
    "carer": resident(9, *OF_RESIDENTS),
    "resident without scopes": resident(1),
    "institution with two visits": institution(34, 11),
    "institution with one visit": institution(35, 12),
    "institution with an expired visit": institution(36, 13),
    "operator": app(32, 2, "platform:read", "platform:write"),
    "dashboard": app(33, 2, "dashboard:read"),
    "app": app(31, 1, "client:read", "payment:read"),
    "payment app": app(37, 3, "payment:read"),
}
