"""Documents about bills, as consumers send them."""

from tests.api.documents import PROBLEM

AMOUNT = "fragment Amount on Money { amount currency } "

ISSUE_BILL = (
    PROBLEM
    + AMOUNT
    + """
mutation IssueBill($input: IssueBillInput!) {
  issueBill(input: $input) {
    bill { id number status total { ...Amount } insured { ...Amount } selfPaid { ...Amount } } userErrors { ...Problem }
  }
}"""
)

CANCEL_BILL = (
    PROBLEM
    + """
mutation CancelBill($input: CancelBillInput!) { cancelBill(input: $input) { bill { id status } userErrors { ...Problem } } }"""
)

MY_BILLS = (
    AMOUNT
    + """
query Bills($residentId: ID, $statuses: [BillStatus!], $first: Int!, $after: String) {
  resident(id: $residentId) {
    bills(statuses: $statuses, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id number issuedAt paidAt careSetting status
        total { ...Amount } insured { ...Amount } selfPaid { ...Amount } refunded { ...Amount }
        items { name quantity unit unitPrice { ...Amount } amount { ...Amount } }
        institution { name } payment { id status method }
      }
    }
  }
}"""
)

OUR_BILLS = (
    AMOUNT
    + """
query Bills($institutionId: ID, $statuses: [BillStatus!], $from: Date, $to: Date, $first: Int!, $after: String) {
  institution(id: $institutionId) {
    bills(statuses: $statuses, from: $from, to: $to, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id number status issuedAt paidAt total { ...Amount } insured { ...Amount } selfPaid { ...Amount } refunded { ...Amount }
      }
    }
  }
}"""
)

VERIFY_TO_PAY = (
    PROBLEM
    + AMOUNT
    + """
mutation VerifyCode($input: VerifyCodeInput!) {
  verifyCode(input: $input) {
    visit { id bills { id number issuedAt total { ...Amount } insured { ...Amount } selfPaid { ...Amount } } }
    userErrors { ...Problem }
  }
}"""
)

OPEN_BILLS = (
    PROBLEM
    + AMOUNT
    + """
mutation OpenBillsForCode($input: OpenBillsForCodeInput!) {
  openBillsForCode(input: $input) {
    payer { nameMasked }
    expiresAt
    bills {
      id number issuedAt institution { name } total { ...Amount } insured { ...Amount } selfPaid { ...Amount }
    }
    userErrors { ...Problem }
  }
}"""
)
