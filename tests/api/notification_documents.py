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
