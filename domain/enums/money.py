"""Enums of bills, payments and settlement."""

from enum import StrEnum


class BillStatus(StrEnum):
    """What is paid of a bill."""

    UNPAID = "UNPAID"
    PAYING = "PAYING"
    PAID = "PAID"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"
    CANCELLED = "CANCELLED"


class BillKind(StrEnum):
    """What a bill is for."""

    FEE = "FEE"
    VISIT = "VISIT"
    PRESCRIPTION = "PRESCRIPTION"
    FAMILY_DOCTOR = "FAMILY_DOCTOR"
    DEPOSIT = "DEPOSIT"
    DISCHARGE = "DISCHARGE"


class PaymentMethod(StrEnum):
    """Who carries the money."""

    WECHAT_PAY = "WECHAT_PAY"
    ALIPAY = "ALIPAY"
    UNIONPAY = "UNIONPAY"
    BANK = "BANK"


class PaymentFlow(StrEnum):
    """Where the payer pays."""

    QR_CODE = "QR_CODE"
    MINI_PROGRAM = "MINI_PROGRAM"
    APP = "APP"
    BROWSER = "BROWSER"


class PaymentStatus(StrEnum):
    """How far a payment has come."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class RefundStatus(StrEnum):
    """How far a refund has come."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class StatementLineKind(StrEnum):
    """What a line of a provider's statement is about."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"


class SettlementStatus(StrEnum):
    """What comparing a day with the provider's statement came to."""

    OPEN = "OPEN"
    MATCHED = "MATCHED"
    DIFFERENT = "DIFFERENT"


class DiscrepancyKind(StrEnum):
    """How a provider's statement and our books differ."""

    MISSING_HERE = "MISSING_HERE"
    MISSING_THERE = "MISSING_THERE"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    STATUS_DIFFERS = "STATUS_DIFFERS"
    DUPLICATE = "DUPLICATE"
    LATE = "LATE"
