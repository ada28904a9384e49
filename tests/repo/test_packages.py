"""The packages at the top are ours: nothing else that is installed may take their names."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.repo.support import PACKAGES, ROOT, files, pyproject


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_the_repositorys_own(package: str) -> None:
    spec = find_spec(package)
    assert spec
    assert spec.origin == str(ROOT / package / "__init__.py")
    assert set(packages_distributions().get(package, ())) <= {"ecard"}


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_found_from_everywhere(package: str, tmp_path: Path) -> None:
    program = f"import {package}; print({package}.__file__)"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(ROOT / package / "__init__.py")


def test_every_package_is_named_where_it_counts() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    tools = pyproject()["tool"]
    assert found == set(PACKAGES)
    assert set(PACKAGES) == set(tools["importlinter"]["root_packages"])
    assert set(PACKAGES) <= set(tools["mypy"]["packages"])
    assert set(PACKAGES) <= set(tools["ruff"]["lint"]["isort"]["known-first-party"])
    assert set(PACKAGES) == {name for name in tools["setuptools"]["packages"]["find"]["include"] if "." not in name}


def test_imports_go_downwards() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_an_installed_program_has_all_its_files() -> None:
    kinds = {pattern.removeprefix("*") for pattern in pyproject()["tool"]["setuptools"]["package-data"]["*"]} | {".py"}
    ours = [path for path in files(ours=False) if path.relative_to(ROOT).parts[0] in PACKAGES]
    assert not {path.suffix for path in ours} - kinds
