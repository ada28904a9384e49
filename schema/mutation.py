"""What may be changed: each noun's mutations together. Their scopes stand with them, their rules in the domain."""

import strawberry

from schema.bill_changes import BillChanges
from schema.card_changes import CardChanges
from schema.institution_changes import InstitutionChanges


@strawberry.type(description="What may be changed. A mutation takes one input and answers the object, or null, and userErrors.")
class Mutation(CardChanges, InstitutionChanges, BillChanges):
    pass
