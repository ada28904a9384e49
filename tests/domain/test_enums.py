import inspect
from enum import StrEnum

from domain import enums


def test_every_value_is_its_own_name() -> None:
    found = [enum for _, enum in inspect.getmembers(enums, inspect.isclass) if issubclass(enum, StrEnum)]
    assert sorted(enum.__name__ for enum in found if enum is not StrEnum) == sorted(enums.__all__)
    assert [member for enum in found for member in enum if member.value != member.name] == []
