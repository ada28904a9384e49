"""Documents about family doctors, as consumers send them."""

from tests.api.documents import PROBLEM
from tests.api.hospital_documents import AMOUNT

PUBLISH = (
    PROBLEM
    + """
mutation PublishFamilyDoctorTeam($input: PublishFamilyDoctorTeamInput!) {
  publishFamilyDoctorTeam(input: $input) { team { id name capacity openPlaces packages { id name } } userErrors { ...Problem } }
}"""
)

TEAMS = (
    AMOUNT
    + """
query FamilyDoctorTeams($district: String, $first: Int!, $after: String) {
  familyDoctorTeams(district: $district, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id name leader { name title } institution { name address }
      capacity openPlaces
      packages { id name annualFee { ...Amount } services { name promised } }
    }
  }
}"""
)

SIGN_UP = (
    PROBLEM
    + """
mutation SignUpWithFamilyDoctor($input: SignUpWithFamilyDoctorInput!) {
  signUpWithFamilyDoctor(input: $input) {
    agreement { id status decideBy startsOn endsOn team { name } packages { name } }
    userErrors { ...Problem }
  }
}"""
)

RENEW = (
    PROBLEM
    + """
mutation RenewFamilyDoctorAgreement($input: RenewFamilyDoctorAgreementInput!) {
  renewFamilyDoctorAgreement(input: $input) { agreement { id status endsOn } userErrors { ...Problem } }
}"""
)

END = (
    PROBLEM
    + """
mutation EndFamilyDoctorAgreement($input: EndFamilyDoctorAgreementInput!) {
  endFamilyDoctorAgreement(input: $input) { agreement { id status endsOn } userErrors { ...Problem } }
}"""
)

MINE = """
query MyFamilyDoctor($residentId: ID) {
  resident(id: $residentId) {
    familyDoctorAgreement {
      id status decideBy startsOn endsOn bill { id status } team { name leader { name } packages { id name } }
      services { name promised delivered lastDeliveredAt }
    }
  }
}"""

QUEUE = """
query FamilyDoctorAgreements($institutionId: ID, $statuses: [AgreementStatus!] = [REQUESTED], $first: Int!, $after: String) {
  institution(id: $institutionId) {
    familyDoctorAgreements(statuses: $statuses, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id status decideBy startsOn endsOn resident { id fullName birthDate } team { name } packages { name }
        services { name promised delivered }
      }
    }
  }
}"""

DECIDE = (
    PROBLEM
    + """
mutation DecideFamilyDoctorAgreement($input: DecideFamilyDoctorAgreementInput!) {
  decideFamilyDoctorAgreement(input: $input) { agreement { id status startsOn endsOn } userErrors { ...Problem } }
}"""
)

RECORD = (
    PROBLEM
    + """
mutation RecordFamilyDoctorService($input: RecordFamilyDoctorServiceInput!) {
  recordFamilyDoctorService(input: $input) { agreement { id services { name promised delivered } } userErrors { ...Problem } }
}"""
)
