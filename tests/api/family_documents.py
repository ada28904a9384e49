"""Documents about families, as phones send them."""

from tests.api.documents import PROBLEM

ADD = PROBLEM + """
mutation AddFamilyMember($input: AddFamilyMemberInput!) {
  addFamilyMember(input: $input) {
    familyMember { id relationship scopes expiresAt resident { id fullName card { id } } } userErrors { ...Problem }
  }
}"""

CARERS = """
query Carers($residentId: ID) { resident(id: $residentId) { carers { id relationship carerName scopes expiresAt } } }"""

REMOVE = PROBLEM + """
mutation RemoveFamilyMember($id: ID!) {
  removeFamilyMember(input: { familyMemberId: $id }) { removedId userErrors { ...Problem } }
}"""

UPDATE = PROBLEM + """
mutation UpdateResident($input: UpdateResidentInput!) {
  updateResident(input: $input) { resident { id fullName documentNumberMasked phoneMasked } userErrors { ...Problem } }
}"""

FAMILY = """
query Family {
  me { id fullName familyMembers { id relationship scopes expiresAt resident { id fullName card { id status } } } }
}"""
