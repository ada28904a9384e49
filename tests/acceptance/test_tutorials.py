"""The tutorials work as written, and print what they say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.demo import Demo
from tests.acceptance.tutorial import carry_out, shape
from tests.repo.support import ROOT

TUTORIALS = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("tutorial") / ".ecard") as running:
        yield running


@pytest.mark.parametrize("page", TUTORIALS, ids=[page.stem for page in TUTORIALS])
def test_it_prints_what_it_says(demo: Demo, page: Path) -> None:
    steps = carry_out(page, demo)
    assert any(step.told for step in steps)
    for step in steps:
        assert shape(step.told or "") == shape(step.printed), step.shell


def test_another_answer_is_another_shape() -> None:
    told = '{"data":{"code":"REVOKED","at":"2026","visit":null}}'
    assert shape(told) == shape('{"data":{"code":"REVOKED","at":"2027","visit":null}}')
    for other in (told.replace("REVOKED", "FORBIDDEN"), told.replace("null", "{}"), told.replace("at", "on"), ""):
        assert shape(told) != shape(other)
