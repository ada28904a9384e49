"""Documents as consumers send them."""

PROBLEM = "fragment Problem on UserError { code field message retryAt } "

APPLY = PROBLEM + """
mutation ApplyForCard($input: ApplyForCardInput!) {
  applyForCard(input: $input) {
    card { id number status issuedAt holder { id fullName } image(format: SVG) { status url } }
    session { accessToken refreshToken expiresAt }
    userErrors { ...Problem }
  }
}"""

PRESENT = PROBLEM + """
mutation PresentCard($input: PresentCardInput!) {
  presentCard(input: $input) { code { text purpose expiresAt svg } userErrors { ...Problem } }
}"""

VERIFY = PROBLEM + """
mutation VerifyCode($input: VerifyCodeInput!) {
  verifyCode(input: $input) {
    visit {
      id careStep careSetting openedAt expiresAt patientNumber delegateName
      card { number }
      resident { id fullName sex birthDate documentNumberMasked phoneMasked }
    }
    userErrors { ...Problem }
  }
}"""

CARD = """
query Card($residentId: ID) {
  resident(id: $residentId) {
    id fullName sex birthDate documentNumberMasked phoneMasked
    card {
      id number status issuedAt image(format: PNG) { status url }
      printedCodes { id label createdAt revokedAt document { status url } }
    }
  }
}"""

WALLET = """
query Wallet {
  me {
    fullName
    familyMembers {
      relationship scopes
      resident { fullName card { number status scans(first: 5) { nodes { scannedAt careStep institution { name } } } } }
    }
  }
}"""
