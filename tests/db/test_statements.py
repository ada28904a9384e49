"""Every statement can be prepared, and none of a resident's rows is sought without the resident."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import db
from db.pool import Pool

VERBS = ("select ", "insert ", "update ", "delete ", "with ")
# What looks over all residents: for the operator on the command line alone, the lines in which residents wait, and, to tell
# somebody of it, whose card was bound to theirs.
OVER_ALL = frozenset(
    {
        "db.access_chain.RESIDENTS",
        "db.agreements_due.PAGES.END",
        "db.agreements_due.PAGES.ESCALATION",
        "db.agreements_due.PAGES.GIVING_UP",
        "db.agreements_due.PAGES.NOTICE",
        "db.agreements_due.PAGES.REMINDER",
        "db.carers.EXPIRED",
        "db.ledger_check.BILLS",
        "db.ledger_check.ENTRIES",
        "db.ledger_check.PAYMENTS",
        "db.ledger_check.REFUNDS",
        "db.ledger_check.RESIDENTS",
        "db.no_shows.OVER",
        "db.notification_subjects.BOUND_CARD",
        "db.notification_subjects.SUBJECTS.CARD_BOUND",
        "db.prescriptions.OVERDUE",
        "db.statements.BOOKED",
        "db.statements.NAMED",
        "db.upkeep.DELIVERIES",
        "db.upkeep.EXPORTS",
        "db.upkeep.EXPORT_KEYS",
        "db.upkeep.NOTIFICATIONS",
        "db.upkeep.NOTIFICATION_KEYS",
        "db.vitals.NEWEST_RESIDENT",
        "db.waitlist.EXPIRE",
        "db.waitlist.IN_LINE",
    }
)


def statements() -> Iterator[tuple[str, str]]:
    """(module.NAME, SQL) of every constant that is a whole statement, not a template of one, or that has several by name."""
    for found in pkgutil.iter_modules(db.__path__, "db."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            named = value if isinstance(value, Mapping) else {"": value}
            for part, text in named.items() if name[0] != "_" and name.isupper() else ():
                if isinstance(text, str) and text.startswith(VERBS) and "{" not in text:
                    yield f"{found.name}.{name}{part and f'.{part}'}", text


STATEMENTS = dict(statements())


async def owned_tables(pool: Pool) -> set[str]:
    async with pool.connection() as connection:
        rows = await connection.fetch(
            "select table_name from information_schema.key_column_usage"
            " where constraint_schema = 'public' and column_name = 'resident_id' and ordinal_position = 1"
            " and constraint_name like '%\\_pkey'"
        )
    return {row["table_name"] for row in rows}


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in plan and plan["Node Type"] != "ModifyTable":
        yield plan
    for below in plan.get("Plans", ()):
        yield from scans(below)


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_statement_is_prepared_and_names_the_resident(pool: Pool, name: str) -> None:
    owned = await owned_tables(pool)
    assert {"card", "resident", "visit", "session"} <= owned
    async with pool.connection() as connection:
        parameters = len((await connection.prepare(STATEMENTS[name])).get_parameters())
        await connection.execute(f"prepare statement as {STATEMENTS[name]}")
        given = f"({', '.join(['null'] * parameters)})" if parameters else ""
        explained = await connection.fetchval(f"explain (verbose, format json) execute statement{given}")
        await connection.execute("deallocate statement")
    for scan in scans(json.loads(explained)[0]["Plan"]):
        conditions = " ".join(str(scan.get(part, "")) for part in ("Index Cond", "Recheck Cond", "Filter"))
        if scan["Relation Name"] in owned and name not in OVER_ALL:
            # A view's sub-select has it from the view's row, which has it itself.
            assert re.search(r"resident_id = (\$|\w+\.resident_id)", conditions), (
                f"{name} reads {scan['Relation Name']} without its resident"
            )
