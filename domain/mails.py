"""What institutions and the operator are told by e-mail."""

from enum import StrEnum


class MailEvent(StrEnum):
    """What they are told of, and in brackets its subject, which is a resident's."""

    AGREEMENT_DUE = "AGREEMENT_DUE"  # (an agreement that soon must be decided)
    AGREEMENT_OVERDUE = "AGREEMENT_OVERDUE"  # (an agreement that ought to have been decided)
