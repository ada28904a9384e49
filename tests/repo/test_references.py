"""The pages of docs/reference that are made from the program are up to date, and what documents link to is there."""

import re
import subprocess
import sys

import pytest
from graphql import build_schema, parse, specified_rules, validate
from graphql.validation import LoneAnonymousOperationRule

from domain.enums import ErrorCode
from domain.notifications import EVENTS
from domain.refusals import Refusal
from ecard import cli_reference, errors_reference
from ecard.cli import COMMANDS
from tests.repo.support import ROOT, files

GRAPHQL = re.compile(r"^```graphql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RULES = [rule for rule in specified_rules if rule is not LoneAnonymousOperationRule]  # a page shows several in one block
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("name", ["cli", "errors"])
def test_page_is_up_to_date(name: str) -> None:
    page = (ROOT / "docs" / "reference" / f"{name}.md").read_text()
    # A process of its own: click keeps the help option of a command from its first use, and other tests use commands by themselves.
    made = subprocess.run([sys.executable, "-m", f"ecard.{name}_reference"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert page == made.stdout, f"write it anew: python -m ecard.{name}_reference > docs/reference/{name}.md"


def test_each_command_has_its_part() -> None:
    page = cli_reference.reference()
    assert all(f"\n## ecard {name}\n" in page for name in (*COMMANDS, "client create"))


def test_each_code_that_refuses_has_one_refusal() -> None:
    assert sorted(kind.code for kind in Refusal.__subclasses__()) == sorted(ErrorCode)


def test_each_event_that_people_are_told_of_has_its_row() -> None:
    page = (ROOT / "docs" / "reference" / "notifications.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| [^|]+ \| `([A-Z_]+)` \| [^|]+ \|$", page, re.MULTILINE)
    assert sorted(rows) == sorted((event.value, told.scope.value) for event, told in EVENTS.items())


def test_each_code_that_closes_a_socket_is_told() -> None:
    source = "".join(path.read_text() for path in (ROOT / "ecard" / "transport").glob("*.py"))
    codes = set(re.findall(r"Closing\((\d{4})\b", source))
    assert codes
    assert not {code for code in codes if code not in errors_reference.TAIL}


def test_links_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in files(".md")
        for target in LINK.findall(path.read_text())
        if not (path.parent / target).exists()
    ]
    assert not broken


def test_documents_of_graphql_fit_the_schema() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())
    found = [(path.name, block) for path in files(".md") for block in GRAPHQL.findall(path.read_text())]
    assert found
    assert not {name: errors for name, block in found if (errors := validate(schema, parse(block), RULES))}
