"""A commercial bank, over the interface that we define: docs/reference/bank-interface.md."""

from outside.payments.bank.provider import Bank, BankConfig

__all__ = ["Bank", "BankConfig"]
