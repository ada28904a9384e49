"""The page that people read is what the tests ask by."""

from pathlib import Path

from tests.matrix.reasons import REASONS
from tests.matrix.rendered import reference, unexplained

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "access.md"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text("utf-8") == reference(), "python -m tests.matrix.rendered > docs/reference/access.md"


def test_each_reason_is_explained() -> None:
    assert unexplained(REASONS) == set()
