"""What a hospital sends about its doctors and appointments, and people who look for a slot, as they write it."""

PROBLEM = "fragment Problem on UserError { code field message retryAt } "
AMOUNT = "fragment Amount on Money { amount currency } "

PUBLISH_DIRECTORY = (
    PROBLEM
    + """
mutation PublishDirectory($input: PublishDirectoryInput!) {
  publishDirectory(input: $input) { departments { id code name doctors { id code name title } } userErrors { ...Problem } }
}"""
)

DIRECTORY = """
query Directory($institutionId: ID) {
  institution(id: $institutionId) { id code name departments { id code name doctors { id code name title } } }
}"""

PUBLISH_SCHEDULE = (
    PROBLEM
    + """
mutation PublishSchedule($input: PublishScheduleInput!) {
  publishSchedule(input: $input) { slots { id startsAt capacity } userErrors { ...Problem } }
}"""
)

WITHDRAW = (
    PROBLEM
    + """
mutation WithdrawSlots($input: WithdrawSlotsInput!) {
  withdrawSlots(input: $input) { slots { id } cancelledAppointments { id status } userErrors { ...Problem } }
}"""
)

SCHEDULE = """
query Schedule($departmentId: ID!, $from: Date!, $to: Date!, $first: Int!, $after: String) {
  slots(departmentId: $departmentId, from: $from, to: $to, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id startsAt endsAt capacity remaining withdrawnAt doctor { id code name } }
  }
}"""

SCAN = (
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
    }
    userErrors { ...Problem }
  }
}"""
)

DAY_LIST = """
query DayList($institutionId: ID, $date: Date!, $departmentId: ID, $first: Int!, $after: String) {
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

CHECK_IN = (
    PROBLEM
    + """
mutation CheckIn($input: CheckInInput!) {
  checkIn(input: $input) { appointment { id status queueNumber } userErrors { ...Problem } }
}"""
)

DOCTORS = """
query Doctors($filter: DoctorFilter, $first: Int!, $after: String) {
  doctors(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id name title speciality department { id name } institution { id name } }
  }
}"""

SLOTS = (
    AMOUNT
    + """
query Slots($departmentId: ID!, $doctorId: ID, $from: Date!, $to: Date!, $first: Int = 50, $after: String) {
  slots(departmentId: $departmentId, doctorId: $doctorId, from: $from, to: $to, availableOnly: true, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id startsAt endsAt remaining fee { ...Amount } doctor { id name title speciality } }
  }
}"""
)
