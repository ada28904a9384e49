"""Documents about prescriptions, as consumers send them."""

from tests.api.documents import PROBLEM
from tests.api.hospital_documents import AMOUNT

ISSUE = (
    PROBLEM
    + """
mutation IssuePrescription($input: IssuePrescriptionInput!) {
  issuePrescription(input: $input) {
    prescription { id status bill { id } items { id medicine quantity } }
    userErrors { ...Problem }
  }
}"""
)

CANCEL = (
    PROBLEM
    + """
mutation CancelPrescription($input: CancelPrescriptionInput!) {
  cancelPrescription(input: $input) { prescription { id status bill { id status } } userErrors { ...Problem } }
}"""
)

QUEUE = """
query PharmacyQueue(
  $institutionId: ID, $statuses: [PrescriptionStatus!] = [ISSUED, READY, PARTLY_DISPENSED], $first: Int!, $after: String
) {
  institution(id: $institutionId) {
    prescriptions(statuses: $statuses, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id status issuedAt expiresAt resident { id fullName } bill { id status }
        items { id medicine quantity unit dispensed }
      }
    }
  }
}"""

READY = (
    PROBLEM
    + """
mutation MarkPrescriptionReady($id: ID!) {
  markPrescriptionReady(input: { prescriptionId: $id }) { prescription { id status } userErrors { ...Problem } }
}"""
)

DISPENSE = (
    PROBLEM
    + """
mutation DispensePrescription($input: DispensePrescriptionInput!) {
  dispensePrescription(input: $input) { prescription { id status items { id dispensed } } userErrors { ...Problem } }
}"""
)

VERIFY = (
    PROBLEM
    + AMOUNT
    + """
mutation VerifyCode($input: VerifyCodeInput!) {
  verifyCode(input: $input) {
    visit {
      id careStep careSetting openedAt expiresAt patientNumber delegateName
      card { number }
      resident { id fullName sex birthDate documentNumberMasked phoneMasked }
      appointments { id startsAt status queueNumber doctor { name } department { name } }
      bills { id number issuedAt total { ...Amount } insured { ...Amount } selfPaid { ...Amount } }
      prescriptions { id status items { id medicine quantity unit dispensed } }
    }
    userErrors { ...Problem }
  }
}"""
)

MINE = """
query Prescriptions($residentId: ID, $first: Int!, $after: String) {
  resident(id: $residentId) {
    prescriptions(first: $first, after: $after, statuses: [ISSUED, READY, PARTLY_DISPENSED]) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id status issuedAt expiresAt
        pharmacy { name address }
        items { medicine dose route frequency days quantity unit dispensed }
        bill { id status }
      }
    }
  }
}"""

DELEGATE = (
    PROBLEM
    + """
mutation DelegatePickup($input: DelegatePickupInput!) {
  delegatePickup(input: $input) { code { text expiresAt svg } userErrors { ...Problem } }
}"""
)
