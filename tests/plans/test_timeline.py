"""The timeline of the health record is a merge over the tables' indexes: a page deep in it costs what the first one costs."""

from collections.abc import AsyncIterator

import pytest

from db.connection import Connection
from plans.plan import Source
from tests.plans.reading import city
from tests.plans.reading.city import VIEWERS, number
from tests.plans.reading.texts import cursor
from tests.plans.test_bounded import explained, nodes, rows_read

MANY = 1_000
RESIDENT, STRANGER = number(1), number(5)
DOCUMENT = "query($c: String) { me { healthRecord(PAGED) { nodes { __typename id } pageInfo { hasNextPage endCursor } } } }"
TABLES = ("encounter", "condition", "allergy", "immunization", "admission", "report", "prescription")
WRITTEN = (
    "(select v.id as visit, g, timestamptz '2020-01-01 00:00+08' + g * interval '1 day' as at"
    " from visit v, generate_series(1, $3) g where v.resident_id = $1 and v.id = $2) w"
)
# Other columns than these are the same in every row.
FILLED = {
    "encounter": (
        "institution_id, department_id, doctor_id, care_setting, occurred_at, recorded_at",
        "H, D, M, 'OUTPATIENT', at, at",
    ),
    "condition": ("institution_id, code, display, status, recorded_at", "H, 'I10', 'x', 'ACTIVE', at"),
    "allergy": ("institution_id, substance, severity, recorded_at", "H, 'x', 'MILD', at"),
    "immunization": ("institution_id, vaccine, given_on, recorded_at", "H, 'x', at::date, at"),
    "admission": ("institution_id, status, ward, bed, admitted_at", "H, 'DISCHARGED', 'w', 'b', at"),
    "report": (
        "institution_id, number, title, category, status, author_id, observed_at, issued_at, content_digest",
        "H, 'T' || g, 'x', 'OTHER', 'FINAL', M, at, at, ''",
    ),
    "prescription": ("institution_id, pharmacy_id, doctor_id, status, issued_at, expires_at", "H, H, M, 'DISPENSED', at, at"),
}


@pytest.fixture
async def long(city_url: str) -> AsyncIterator[Connection]:
    """The city with long records of two residents, for as long as the test lasts."""
    connection = await city.connect(city_url)
    transaction = connection.transaction()
    await transaction.start()
    for table, (columns, values) in FILLED.items():
        for id, letter in ((11, "H"), (20, "D"), (700, "M")):
            values = values.replace(f"{letter},", f"'{number(id)}',")
        rows = f"select $1, gen_random_uuid(), visit, {values} from {WRITTEN}"
        sql = f"insert into {table} (resident_id, id, visit_id, {columns}) {rows}"
        await connection.execute(sql, RESIDENT, number(300), MANY)
        await connection.execute(sql, STRANGER, number(301), MANY)
    await connection.execute(f"analyze {', '.join(TABLES)}")
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.mark.parametrize(
    ("arguments", "scanned"),
    [
        ("first: 20, after: $c", set(TABLES)),
        ("last: 20, before: $c", set(TABLES)),
        ('first: 20, after: $c, from: "2020-02-01", to: "2027-01-01"', set(TABLES)),
        ("first: 20, after: $c, kinds: [ALLERGY, REPORT]", {"allergy", "report"}),
    ],
)
async def test_a_page_deep_in_it_costs_what_the_first_costs(
    long: Connection, source: Source, arguments: str, scanned: set[str]
) -> None:
    document = DOCUMENT.replace("PAGED", arguments)
    middle = cursor(*(await long.fetchrow("select recorded_at, id from allergy order by 1, 2 offset $1 limit 1", MANY)).values())
    for after in (None, middle):
        plan = await explained(long, source, VIEWERS["resident"], document, after)
        merges = [node for node in nodes(plan) if node["Node Type"] == "Merge Append"]
        below = [node for merge in merges for node in nodes(merge)]
        assert "Sort" not in {node["Node Type"] for node in below}
        scans = [node for node in below if "Relation Name" in node and node["Actual Loops"] > 0]
        assert {node["Relation Name"] for node in scans} == scanned
        assert {node["Index Name"] for node in scans} == {f"{table}_by_time" for table in scanned}
        # The page and one row more, what waits of each table in the merge, what is not listed; the same of what lies behind.
        read = sum(rows_read(merge, table) for merge in merges for table in scanned)
        assert 20 < read < 60
        if after is not None:
            assert all("ROW(" in node["Index Cond"] for node in scans)


async def test_ones_own_record_is_read_without_the_access_log(long: Connection, source: Source) -> None:
    plan = await explained(long, source, VIEWERS["resident"], DOCUMENT.replace("PAGED", "after: $c"), None)
    assert "access_log" not in {node.get("Relation Name") for node in nodes(plan)}
