import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.documents import read_document
from domain.enums import DocumentType, Sex
from outside.errors import Permanent, Transient
from outside.identity import Confirmation
from outside.identity_file import FileRegistry

TODAY = date(2026, 11, 23)
CITIZEN = "11010519491231002X"
MOTHER: dict[str, Any] = {
    "name": "买买提•阿依古丽",
    "documents": [{"type": "RESIDENT_ID", "number": CITIZEN}, {"type": "PASSPORT", "number": "e12345678"}],
    "phone": "13800000000",
    "sex": "FEMALE",
    "birthDate": "1949-12-31",
}
CHILD: dict[str, Any] = {
    "name": "张小宝",
    "documents": [{"type": "BIRTH_CERTIFICATE", "number": "O440123456"}],
    "phone": None,
    "guardians": [{"type": "RESIDENT_ID", "number": CITIZEN}],
}
ID = read_document(DocumentType.RESIDENT_ID, CITIZEN, TODAY)
PASSPORT = read_document(DocumentType.PASSPORT, "E12345678", TODAY)
BIRTH = read_document(DocumentType.BIRTH_CERTIFICATE, "O440123456", TODAY)
CONFIRMED = Confirmation(Sex.FEMALE, date(1949, 12, 31))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "registry.json"
    path.write_text(json.dumps([MOTHER, CHILD]), "utf-8")
    return path


def rewrite(file: Path, content: str) -> None:
    """Changes the file, and its time even where the clock of the file system is coarse."""
    before = file.stat().st_mtime_ns
    file.write_text(content, "utf-8")
    os.utime(file, ns=(before, before + 1_000_000_000))


async def test_name_document_and_phone_are_confirmed_together(file: Path) -> None:
    registry = FileRegistry(file)
    assert await registry.confirm("买买提·阿依古丽", ID, "13800000000") == CONFIRMED
    assert await registry.confirm("买买提·阿依古丽", PASSPORT, "13800000000") == CONFIRMED
    assert await registry.confirm("买买提·吐尔逊", ID, "13800000000") is None
    assert await registry.confirm("买买提·阿依古丽", ID, "13800000001") is None
    assert await registry.confirm("买买提·阿依古丽", BIRTH, "13800000000") is None
    unknown = read_document(DocumentType.PASSPORT, "E87654321", TODAY)
    assert await registry.confirm("买买提·阿依古丽", unknown, "13800000000") is None


async def test_a_newborn_has_guardians_and_no_phone(file: Path) -> None:
    registry = FileRegistry(file)
    assert await registry.confirm("张小宝", BIRTH, None) == Confirmation(guardians=(ID.identity,))
    assert await registry.confirm("张小宝", BIRTH, "13800000000") is None


async def test_the_file_is_read_again_when_it_changed(file: Path) -> None:
    registry = FileRegistry(file)
    assert await registry.confirm("买买提·阿依古丽", ID, "13800000000")
    rewrite(file, json.dumps([{**MOTHER, "phone": "13800000002"}]))
    assert await registry.confirm("买买提·阿依古丽", ID, "13800000000") is None
    assert await registry.confirm("买买提·阿依古丽", ID, "13800000002") == CONFIRMED


async def test_a_file_that_cannot_be_read_may_be_there_later(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="FileNotFoundError"):
        await FileRegistry(tmp_path / "none.json").confirm("张伟", ID, None)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}x",
        "5",
        "[5]",
        "[{}]",
        json.dumps([{**MOTHER, "name": "3"}]),
        json.dumps([{**MOTHER, "phone": "12345"}]),
        json.dumps([{**MOTHER, "sex": "F"}]),
        json.dumps([{**MOTHER, "birthDate": "1949"}]),
        json.dumps([{**MOTHER, "documents": [{"type": "RESIDENT_ID", "number": "1"}]}]),
        json.dumps([{**MOTHER, "documents": [{"type": "CARD", "number": "1"}]}]),
    ],
)
async def test_a_file_that_is_not_as_it_must_be(file: Path, content: str) -> None:
    rewrite(file, content)
    with pytest.raises(Permanent) as failed:
        await FileRegistry(file).confirm("张伟", ID, None)
    assert CITIZEN not in str(failed.value)
