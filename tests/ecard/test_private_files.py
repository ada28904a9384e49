import json
import os
import stat
from pathlib import Path

import pytest

from ecard.private_files import read_private, write_private


def test_file_is_whole_and_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "demo.json"
    previous = os.umask(0)
    try:
        write_private(path, {"url": "http://127.0.0.1:1", "name": "李"})
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {"url": "http://127.0.0.1:1", "name": "李"}
    assert read_private(path) == {"url": "http://127.0.0.1:1", "name": "李"}


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    write_private(path, {"kept": True})
    with pytest.raises(TypeError):
        write_private(path, {"broken": object()})
    assert read_private(path) == {"kept": True}
    assert list(tmp_path.iterdir()) == [path]


def test_no_file(tmp_path: Path) -> None:
    assert read_private(tmp_path / "demo.json") is None
