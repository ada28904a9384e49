"""The documents as a phone or a hospital's system sends them; and those by which PostGraphile is asked for the same."""

# The document Card of the contract.
CARD = """query Card($residentId: ID) {
  resident(id: $residentId) {
    id fullName sex birthDate documentNumberMasked phoneMasked
    card {
      id number status issuedAt image(format: PNG) { status url }
      printedCodes { id label createdAt revokedAt document { status url } }
    }
  }
}"""

WALLET = """query Wallet {
  me { id fullName card { ...Shown } familyMembers { id relationship scopes resident { id fullName card { ...Shown } } } }
}
fragment Shown on Card {
  id number status issuedAt
  image(format: SVG) { status url }
  scans(first: 5) { nodes { id careStep careSetting purpose outcome terminalKind scannedAt institution { id name district } } }
}"""

# The documents DayList and BookAppointment of the contract.
DAY_LIST = """query DayList($institutionId: ID, $date: Date!, $departmentId: ID, $first: Int!, $after: String) {
  institution(id: $institutionId) {
    appointments(date: $date, departmentId: $departmentId, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges {
        node { id startsAt status queueNumber resident { id fullName sex birthDate } doctor { name title } department { name } }
      }
    }
  }
}"""

BOOKING = """fragment Problem on UserError { code field message retryAt }
fragment Amount on Money { amount currency }
mutation BookAppointment($input: BookAppointmentInput!) {
  bookAppointment(input: $input) {
    appointment {
      id status startsAt queueNumber fee { ...Amount } bill { id status } resident { id } doctor { name } institution { name }
    }
    userErrors { ...Problem }
  }
}"""

# The document Home of the contract.
HOME = """query Home($residentId: ID) {
  me {
    id
    fullName
    familyMembers { id relationship scopes expiresAt resident { id fullName card { id status } } }
    notifications(first: 3, unreadOnly: true) { totalCount nodes { id title body createdAt } }
  }
  resident(id: $residentId) {
    id
    fullName
    card { id number status }
    appointments(first: 5, statuses: [BOOKED, CHECKED_IN]) {
      nodes { id startsAt status queueNumber doctor { name title } department { name } institution { name address } }
    }
    bills(first: 5, statuses: [UNPAID, PAYING]) {
      nodes {
        id issuedAt careSetting status
        total { ...Amount } insured { ...Amount } selfPaid { ...Amount }
        items { name quantity unitPrice { ...Amount } amount { ...Amount } }
        institution { name }
      }
    }
    reports(first: 5) { nodes { id title category issuedAt readAt institution { name } } }
  }
}
fragment Amount on Money { amount currency }"""

# The document HealthRecord of the contract.
HEALTH_RECORD = """query HealthRecord(
  $residentId: ID, $kinds: [HealthRecordKind!], $from: Date, $to: Date, $first: Int, $after: String
) {
  resident(id: $residentId) {
    healthSummary {
      bloodType
      allergies { substance reaction severity }
      conditions { code display since status }
      medications { medicine dose since }
      immunizations { vaccine dose givenOn }
    }
    healthRecord(kinds: $kinds, from: $from, to: $to, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          __typename id occurredAt institution { name }
          ... on Encounter { careSetting department { name } doctor { name } diagnoses { code display } }
          ... on Report { title category }
          ... on Prescription { items { medicine quantity } }
          ... on Admission { admittedAt dischargedAt ward }
          ... on Immunization { vaccine dose }
          ... on Allergy { substance reaction }
          ... on Condition { display since }
        }
      }
    }
  }
}"""

HOME_OF_POSTGRAPHILE = """query Home($residentId: String) {
  me {
    id: rowId
    fullName
    familyMembers(orderBy: KEY_DESC) {
      id: rowId relationship scopes expiresAt resident { id: rowId fullName card { id: rowId status } }
    }
    notifications(first: 3, condition: { unread: true }, orderBy: KEY_DESC) { totalCount nodes { id: rowId title body createdAt } }
  }
  resident(id: $residentId) {
    id: rowId
    fullName
    card { id: rowId number status }
    appointments(first: 5, condition: { statuses: ["BOOKED", "CHECKED_IN"] }, orderBy: [STARTS_AT_ASC, KEY_ASC]) {
      nodes { id: rowId startsAt status queueNumber doctor { name title } department { name } institution { name address } }
    }
    bills(first: 5, condition: { statuses: ["UNPAID", "PAYING"] }, orderBy: [ISSUED_AT_DESC, KEY_DESC]) {
      nodes {
        id: rowId issuedAt careSetting status
        total { ...Amount } insured { ...Amount } selfPaid { ...Amount }
        items(orderBy: POSITION_ASC) { name quantity unitPrice { ...Amount } amount { ...Amount } }
        institution { name }
      }
    }
    reports(first: 5, condition: { status: "FINAL" }, orderBy: [ISSUED_AT_DESC, KEY_DESC]) {
      nodes { id: rowId title category issuedAt readAt institution { name } }
    }
  }
}
fragment Amount on Money { amount currency }"""

HEALTH_RECORD_OF_POSTGRAPHILE = """query HealthRecord(
  $residentId: String, $kinds: [String!], $from: Date, $to: Date, $first: Int, $after: Cursor
) {
  resident(id: $residentId) {
    id: rowId
    blood { bloodType }
    allergies(orderBy: [RECORDED_AT_DESC, KEY_DESC]) { substance reaction severity }
    conditions(orderBy: [RECORDED_AT_DESC, KEY_DESC]) { code display since status }
    medications(orderBy: [ISSUED_AT_DESC, KEY_DESC]) { medicine dose since }
    immunizations(orderBy: [GIVEN_ON_DESC, KEY_DESC]) { vaccine dose givenOn }
    healthRecord(
      condition: { kinds: $kinds, from: $from, to: $to }, first: $first, after: $after, orderBy: [OCCURRED_AT_DESC, KEY_DESC]
    ) {
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          __typename occurredAt institution: writer { name }
          ... on Encounter {
            id: rowId careSetting department { name } doctor { name } diagnoses(orderBy: POSITION_ASC) { code display }
          }
          ... on Report { id: rowId title category }
          ... on Prescription { id: rowId items(orderBy: POSITION_ASC) { medicine quantity } }
          ... on Admission { id: rowId admittedAt dischargedAt ward }
          ... on Immunization { id: rowId vaccine dose }
          ... on Allergy { id: rowId substance reaction }
          ... on Condition { id: rowId display since }
        }
      }
    }
  }
}"""
