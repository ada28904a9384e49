"""What the documents tell people to type is there."""

import re
import subprocess

from ecard.cli import COMMANDS
from tests.repo.support import ROOT, files

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def told(word: str) -> set[str]:
    """What follows this word in the code of the documents."""
    code = [block for path in files(".md") for block in CODE.findall(path.read_text())]
    return {name for block in code for name in re.findall(rf"(?:^|[`$ /]){word} ([a-z][a-z-]*)", block, re.MULTILINE)}


def targets() -> set[str]:
    """The targets that `make` alone prints."""
    out = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.split()[1] for line in out.splitlines()}


def test_make_alone_prints_each_target_with_a_line() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert targets() == set(phony[1].split())


def test_the_documents_name_targets_that_exist() -> None:
    assert told("make") <= targets()


def test_the_documents_name_commands_that_exist() -> None:
    assert told("ecard") <= set(COMMANDS)


def test_ci_runs_what_make_test_runs() -> None:
    ci = ROOT / ".ci" / "run"
    assert ci.stat().st_mode & 0o111
    assert ci.read_text().rstrip().endswith("make test")
