"""Alipay, over its gateway."""

from outside.payments.alipay.provider import Alipay, AlipayConfig

__all__ = ["Alipay", "AlipayConfig"]
