"""What is asked of each platform: two documents, as a resident's phone sends them."""

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Question:
    """`carers`: whether only people with a family ask it."""

    name: str
    title: str
    carers: bool
    document: str

    @property
    def body(self) -> bytes:
        """As a client sends it."""
        return orjson.dumps({"query": self.document})


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

QUESTIONS = (
    Question("card", "one resident with card", False, CARD),
    Question("wallet", "the card wallet of a family with their last five scans", True, WALLET),
)
