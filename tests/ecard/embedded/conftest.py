"""Folders for the embedded servers."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A passing folder that an unprivileged account can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="ecard-test-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)
