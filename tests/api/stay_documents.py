"""Documents about stays in hospital, as hospitals and residents send them."""

from tests.api.documents import PROBLEM
from tests.api.hospital_documents import AMOUNT

ADMIT = (
    PROBLEM
    + AMOUNT
    + """
mutation AdmitPatient($input: AdmitPatientInput!) {
  admitPatient(input: $input) {
    admission { id status ward bed depositBills { id status selfPaid { ...Amount } } } userErrors { ...Problem }
  }
}"""
)

TRANSFER = (
    PROBLEM
    + """
mutation TransferPatient($input: TransferPatientInput!) {
  transferPatient(input: $input) { admission { id ward bed } userErrors { ...Problem } }
}"""
)

INPATIENTS = (
    AMOUNT
    + """
query Inpatients($institutionId: ID, $statuses: [AdmissionStatus!] = [ADMITTED], $first: Int!, $after: String) {
  institution(id: $institutionId) {
    admissions(statuses: $statuses, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id status ward bed admittedAt balance { ...Amount } resident { id fullName sex birthDate } }
    }
  }
}"""
)

REQUEST_DEPOSIT = (
    PROBLEM
    + AMOUNT
    + """
mutation RequestDeposit($input: RequestDepositInput!) {
  requestDeposit(input: $input) { bill { id status selfPaid { ...Amount } } userErrors { ...Problem } }
}"""
)

ADD_CHARGES = (
    PROBLEM
    + AMOUNT
    + """
mutation AddInpatientCharges($input: AddInpatientChargesInput!) {
  addInpatientCharges(input: $input) {
    admission { id balance { ...Amount } charges(first: 20) { nodes { chargedOn name quantity amount { ...Amount } } } }
    userErrors { ...Problem }
  }
}"""
)

DISCHARGE = (
    PROBLEM
    + AMOUNT
    + """
mutation DischargePatient($input: DischargePatientInput!) {
  dischargePatient(input: $input) {
    admission {
      id status dischargedAt balance { ...Amount }
      finalBill { id status total { ...Amount } insured { ...Amount } selfPaid { ...Amount } }
      depositRefunds { id status amount { ...Amount } }
    }
    userErrors { ...Problem }
  }
}"""
)

ADMISSIONS = (
    AMOUNT
    + """
query Admissions($residentId: ID, $statuses: [AdmissionStatus!], $first: Int!, $after: String) {
  resident(id: $residentId) {
    admissions(statuses: $statuses, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id status ward bed admittedAt dischargedAt balance { ...Amount } institution { name }
        depositBills { id status selfPaid { ...Amount } }
        finalBill { id status selfPaid { ...Amount } }
      }
    }
  }
}"""
)

CHARGES = (
    AMOUNT
    + """
query Charges($admissionId: ID!, $date: Date, $first: Int!, $after: String) {
  node(id: $admissionId) {
    ... on Admission {
      charges(date: $date, first: $first, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { chargedOn name quantity amount { ...Amount } }
      }
    }
  }
}"""
)

IN_RECORD = """
query($id: ID) { resident(id: $id) {
  fullName sex birthDate documentNumberMasked phoneMasked
  healthRecord(kinds: [ADMISSION], first: 9) { nodes { id ... on Admission { ward summary depositLow balance { amount } } } } } }"""
MONEY = """
query($id: ID!) { node(id: $id) { ... on Admission {
  balance { amount } depositLow charges { totalCount nodes { id code } } depositBills { id deposited { amount } payable { amount } }
  finalBill { id deposited { amount } payable { amount } } depositRefunds { id } } } }"""
