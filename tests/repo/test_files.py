"""What holds for every file: its length, and what it must not name."""

import ast
import re
from pathlib import Path

from tests.repo.support import ROOT, files, text_of

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
# The hosts of package indexes: which one is used is the business of whoever installs.
INDEX_HOST = re.compile(r"\b(pypi|pythonhosted)\.org|\bnpmjs\.(org|com)|\bregistry\.yarnpkg\.com", re.IGNORECASE)
# A path that only one machine has.
MACHINE_PATH = re.compile(r"(?<![\w.~}])/(root|home|Users|work|tmp/\w+)/\w")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_are_short() -> None:
    texts = files(".py", ".sql", ".js", ".css", ".html", ".typ", ".graphql", ".sh", ".toml")
    lengths = {shown(path): len(path.read_text().splitlines()) for path in texts}
    assert not {name: length for name, length in lengths.items() if length >= LONGEST_FILE}


def test_functions_are_short() -> None:
    long: dict[str, int] = {}
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                long |= {f"{shown(path)} {node.name}": length} if length > LONGEST_FUNCTION else {}
    assert not long


def test_no_file_names_a_package_index() -> None:
    assert not [shown(path) for path in files(ours=False) if INDEX_HOST.search(text_of(path))]


def test_no_file_names_a_path_of_one_machine() -> None:
    found = {shown(path): match[0] for path in files() if (match := MACHINE_PATH.search(text_of(path)))}
    assert not found


def test_the_guards_see_what_they_look_for() -> None:
    assert INDEX_HOST.search("https://files.python" + "hosted.org/x")
    assert MACHINE_PATH.search("see /home/" + "somebody/x")
    assert not MACHINE_PATH.search("$HOME/home/you, ~/work/x, https://card.example/home/x, /usr/bin/env")
