"""UnionPay, over its gateway, version 5.1.0."""

from outside.payments.unionpay.provider import UnionPay, UnionPayConfig

__all__ = ["UnionPay", "UnionPayConfig"]
