"""Which app is which provider's own."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.enums import AppKind, PaymentMethod

METHOD_OF: Mapping[str, PaymentMethod] = MappingProxyType(
    {
        AppKind.WECHAT: PaymentMethod.WECHAT_PAY,
        AppKind.ALIPAY: PaymentMethod.ALIPAY,
        AppKind.UNIONPAY: PaymentMethod.UNIONPAY,
        AppKind.BANK: PaymentMethod.BANK,
    }
)
"""The kind of a payment app → what it carries. Other apps carry nothing."""
