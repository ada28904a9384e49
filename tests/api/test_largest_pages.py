"""A page may be as long as it gets: no list that consumers ask for costs more than is answered."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.api.asking import Asker, id_of
from tests.resolvers.world import public

LARGEST = 100
HERE = Path(__file__).parent
DOCUMENTS = {
    f"{path.stem}.{name}": document
    for path in sorted(HERE.glob("*documents.py"))
    for name, document in vars(import_module(f"tests.api.{path.stem}")).items()
    if name.isupper() and isinstance(document, str) and "$first" in document
}
REQUIRED = {"Date!": "2026-11-24", "String!": "GLU"}
LETTERS = {"residentId": "R", "visitId": "V", "admissionId": "n", "institutionId": "I", "departmentId": "D"}


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_largest_page_is_answered(asker: Asker, name: str) -> None:
    resident, institution = await asker.world.resident(), await asker.world.institution()
    assert institution.institution_id is not None
    variables: dict[str, Any] = {"first": LARGEST}
    for variable, type in re.findall(r"\$(\w+): (\w+!?)", DOCUMENTS[name]):
        if variable in LETTERS and variable != "residentId":
            variables[variable] = public(LETTERS[variable], institution.institution_id, resident.resident_id)
        elif variable == "residentId" and type.endswith("!"):
            variables[variable] = id_of(resident)
        elif type in REQUIRED:
            variables[variable] = REQUIRED[type]
    answers = [await asker.whole(viewer, DOCUMENTS[name], **variables) for viewer in (resident, institution)]
    codes = [error["extensions"]["code"] for answer in answers for error in answer.get("errors", ())]
    assert set(codes) <= {"FORBIDDEN"}
    assert any(answer["extensions"]["cost"]["requested"] > 1 for answer in answers if "extensions" in answer), answers


def test_lists_are_there() -> None:
    assert {"family_doctor_documents.TEAMS", "stay_documents.CHARGES"} <= set(DOCUMENTS), set(DOCUMENTS)
