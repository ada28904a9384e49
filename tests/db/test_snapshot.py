"""The committed schema is what the migrations make, so that a change to the database shows in the diff."""

from tests.db.snapshot import SNAPSHOT, dump


def test_schema_sql_equals_all_migrations(database_url: str) -> None:
    assert dump(database_url) == SNAPSHOT.read_text("utf-8"), "run `make snapshots` and look at the difference"


def test_what_is_missing_would_show(database_url: str) -> None:
    text = dump(database_url)
    for part in ("CREATE TABLE public.card", "CREATE VIEW api.card", "CREATE UNIQUE INDEX card_is_unique", "FOREIGN KEY"):
        assert part in text
