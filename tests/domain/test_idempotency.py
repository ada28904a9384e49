"""Whose key it is, which inputs are equal, and what of a result can be given again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from domain.enums import CareStep
from domain.idempotency import input_digest, key_digest, read_result, result_text
from domain.ids import Key
from domain.viewer import Viewer, ViewerKind

ONE, TWO = UUID(int=1), UUID(int=2)
VIEWER = Viewer(ViewerKind.RESIDENT, resident_id=ONE, session_id=ONE, app_id=ONE)


def test_a_new_session_is_the_same_viewer() -> None:
    assert key_digest(replace(VIEWER, session_id=TWO, name="王"), "pay", "k") == key_digest(VIEWER, "pay", "k")


def test_another_viewer_operation_or_key_is_another() -> None:
    others = [
        replace(VIEWER, resident_id=TWO),
        replace(VIEWER, app_id=TWO),
        replace(VIEWER, client_id=TWO),
        replace(VIEWER, institution_id=TWO),
    ]
    digests = [key_digest(viewer, "pay", "k") for viewer in (VIEWER, *others, replace(VIEWER, kind=ViewerKind.APP))]
    digests += [key_digest(VIEWER, "pa", "yk"), key_digest(VIEWER, "pay", "K")]
    assert len(set(digests)) == len(digests)


def test_inputs_are_equal_however_they_are_written() -> None:
    at = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    given = {"amount": Decimal("100.50"), "items": [{"step": CareStep.PAY}], "at": at, "on": date(2026, 11, 23)}
    same = {"on": date(2026, 11, 23), "at": at, "items": [{"step": "PAY"}], "amount": Decimal("100.5")}
    assert input_digest(given) != input_digest({**given, "amount": Decimal("1005")})
    assert input_digest(given) == input_digest(same)


def test_a_result_is_given_again_as_it_was() -> None:
    fields = {
        "one": Key(ONE, TWO),
        "other": Key(ONE),
        "many": [Key(ONE, TWO), Key(TWO)],
        "none": [],
        "nothing": None,
        "text": {"key": ["x"]},
    }
    assert read_result(result_text(fields)) == fields


@pytest.mark.parametrize("value", [print, datetime(2026, 1, 1, tzinfo=UTC), ONE, Decimal(1)])
def test_what_could_not_be_given_again_is_a_fault(value: object) -> None:
    with pytest.raises(TypeError):
        result_text({"value": value})
