"""Institutions through the whole application: registered, changed, and where they are written to."""

from typing import Any

import pytest

from domain.viewer import Viewer
from tests.api.asking import Asker
from tests.api.test_operations import operator
from tests.resolvers.world import public, somebody

PROBLEM = "fragment Problem on UserError { code field message retryAt } "
REGISTER = (
    PROBLEM
    + """
mutation RegisterInstitution($input: RegisterInstitutionInput!) {
  registerInstitution(input: $input) {
    institution { id code name acceptsOutpatient acceptsInpatient } client { id secret } userErrors { ...Problem }
  }
}"""
)
UPDATE = (
    PROBLEM
    + """
mutation UpdateInstitution($input: UpdateInstitutionInput!) {
  updateInstitution(input: $input) { institution { id acceptsOutpatient acceptsInpatient careSteps } userErrors { ...Problem } }
}"""
)
EMAIL = "query($id: ID!) { institution(id: $id) { name email } }"
OWN_EMAIL = "query { institution { email } }"


@pytest.fixture
async def operating(asker: Asker) -> Viewer:
    return await operator(asker)


def hospital(**changes: Any) -> dict[str, Any]:
    about = {
        "code": f"H{somebody().phone}",
        "name": "南山区人民医院",
        "district": "南山区",
        "level": "三级甲等",
        "address": "桃园路89号",
    }
    return {**about, "acceptsOutpatient": True, "acceptsInpatient": False, "careSteps": ["REGISTER"], **changes}


async def test_the_operator_says_where_an_institution_is_written_to(asker: Asker, operating: Viewer) -> None:
    other = await asker.world.institution(email="other@clinic.example")
    payload = await asker.change(operating, REGISTER, **hospital(email="desk@clinic.example"))
    assert payload["userErrors"] == []
    id = payload["institution"]["id"]
    assert (await asker.data(operating, EMAIL, id=id))["institution"] == {"name": "南山区人民医院", "email": "desk@clinic.example"}
    changed = await asker.change(operating, UPDATE, institutionId=id, acceptsInpatient=True)
    assert changed["institution"]["acceptsInpatient"] is True
    assert (await asker.data(operating, EMAIL, id=id))["institution"]["email"] == "desk@clinic.example"
    await asker.change(operating, UPDATE, institutionId=id, email="")
    assert (await asker.data(operating, EMAIL, id=id))["institution"]["email"] is None
    assert (await asker.data(other, OWN_EMAIL))["institution"] == {"email": "other@clinic.example"}


async def test_what_is_no_address(asker: Asker, operating: Viewer) -> None:
    for document, given in ((REGISTER, hospital()), (UPDATE, {"institutionId": public("I", asker.world.app_id)})):
        payload = await asker.change(operating, document, **{**given, "email": "desk"})
        assert payload["institution"] is None
        assert [(problem["code"], problem["field"]) for problem in payload["userErrors"]] == [("INVALID_INPUT", ["email"])]


async def test_nobody_else_reads_the_address(asker: Asker) -> None:
    institution, other = await asker.world.institution(email="desk@clinic.example"), await asker.world.institution()
    assert institution.institution_id is not None
    id = public("I", institution.institution_id)
    assert (await asker.data(other, EMAIL, id=id))["institution"] == {"name": "市第九人民医院", "email": None}
    for viewer, code in ((await asker.world.resident(), "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await asker.whole(viewer, EMAIL, id=id)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
