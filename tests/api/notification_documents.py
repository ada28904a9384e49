"""Documents about notifications as phones send them."""

PROBLEM = "fragment Problem on UserError { code field message retryAt } "

NOTIFICATIONS = """
query Notifications($first: Int!, $after: String) {
  me {
    notificationPreferences { language channels quietFrom quietTo }
    notifications(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id title body createdAt readAt resident { id fullName } subject { __typename ... on Node { id } } }
    }
  }
}"""

UPDATE_PREFERENCES = (
    PROBLEM
    + """
mutation UpdateNotificationPreferences($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) { preferences { language channels quietFrom quietTo } userErrors { ...Problem } }
}"""
)

MARK_READ = (
    PROBLEM
    + """
mutation MarkNotificationsRead($ids: [ID!]) {
  markNotificationsRead(input: { ids: $ids }) { unreadCount userErrors { ...Problem } }
}"""
)

RECEIVED = """
subscription NotificationReceived {
  notificationReceived {
    id title body createdAt resident { id fullName }
    subject { __typename ... on Bill { id } ... on Report { id } ... on Appointment { id } ... on Prescription { id } }
  }
}"""

HOME = """
fragment Amount on Money { amount currency }
query Home($residentId: ID) {
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
}"""
