"""What hospitals send about patients who are not known."""

PROBLEM = "fragment Problem on UserError { code field message retryAt } "

ISSUE_TEMPORARY_CARD = (
    PROBLEM
    + """
mutation IssueTemporaryCard($input: IssueTemporaryCardInput!) {
  issueTemporaryCard(input: $input) {
    card { id number status temporary binding { id } holder { fullName } }
    visit { id careStep careSetting expiresAt resident { id fullName sex birthDate } }
    code { text svg }
    userErrors { ...Problem }
  }
}"""
)

BIND_TEMPORARY_CARD = (
    PROBLEM
    + """
mutation BindTemporaryCard($input: BindTemporaryCardInput!) {
  bindTemporaryCard(input: $input) {
    card { id temporary }
    visit { id resident { id fullName } }
    binding { id reason boundAt undoneAt undoReason institution { name } card { id } resident { id fullName sex } }
    userErrors { ...Problem }
  }
}"""
)

UNDO_TEMPORARY_CARD_BINDING = (
    PROBLEM
    + """
mutation UndoTemporaryCardBinding($input: UndoTemporaryCardBindingInput!) {
  undoTemporaryCardBinding(input: $input) {
    card { id binding { id } }
    binding { id undoneAt undoReason }
    userErrors { ...Problem }
  }
}"""
)

BY_OPERATOR = (
    PROBLEM
    + """
mutation BindTemporaryCard($input: BindTemporaryCardInput!) {
  bindTemporaryCard(input: $input) { binding { id reason institution { name } } userErrors { ...Problem } }
}"""
)

FAMILY = """
query Family {
  me {
    familyMembers {
      relationship scopes
      resident {
        id fullName
        card { id temporary binding { reason boundAt institution { name } resident { fullName } } }
        bills { nodes { id status selfPaid { amount } } }
        healthRecord { nodes { __typename id } }
        reports { nodes { title } }
      }
    }
  }
}"""
