"""Documents about reports, as consumers send them."""

from tests.api.documents import PROBLEM

PUBLISH = (
    PROBLEM
    + """
mutation PublishReport($input: PublishReportInput!) {
  publishReport(input: $input) { report { id status document { status url } } userErrors { ...Problem } }
}"""
)

AMEND = (
    PROBLEM
    + """
mutation AmendReport($input: AmendReportInput!) {
  amendReport(input: $input) { report { id status version supersedes { id } } userErrors { ...Problem } }
}"""
)

WITHDRAW = (
    PROBLEM
    + """
mutation WithdrawReport($input: WithdrawReportInput!) {
  withdrawReport(input: $input) { report { id status } userErrors { ...Problem } }
}"""
)

REPORTS = """
query Reports($residentId: ID, $categories: [ReportCategory!], $first: Int!, $after: String) {
  resident(id: $residentId) {
    reports(categories: $categories, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id title category status issuedAt readAt institution { name } }
    }
  }
}"""

REPORT = """
query Report($id: ID!) {
  node(id: $id) {
    ... on Report {
      id title category status issuedAt findings conclusion version supersededBy { id }
      institution { name } author { name } resident { id fullName }
      observations { code display value unit referenceRange flag }
      document { status url }
      credential
      links { id createdAt expiresAt revokedAt openedCount }
    }
  }
}"""

TREND = """
query Trend($residentId: ID, $code: String!, $first: Int!, $after: String) {
  resident(id: $residentId) {
    observations(code: $code, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { observedAt value unit referenceRange flag report { id institution { name } } }
    }
  }
}"""

MARK_READ = (
    PROBLEM
    + """
mutation MarkReportRead($id: ID!) {
  markReportRead(input: { reportId: $id }) { report { id readAt } userErrors { ...Problem } }
}"""
)

SHARE = (
    PROBLEM
    + """
mutation ShareReport($input: ShareReportInput!) {
  shareReport(input: $input) { link { id url expiresAt } userErrors { ...Problem } }
}"""
)

REVOKE = (
    PROBLEM
    + """
mutation RevokeReportLink($id: ID!) {
  revokeReportLink(input: { linkId: $id }) { link { id revokedAt } userErrors { ...Problem } }
}"""
)
