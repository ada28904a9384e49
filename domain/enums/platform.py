"""Enums of the platform itself: refusals, notifications, apps, deliveries, figures."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a change was refused."""

    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    INVALID_DOCUMENT = "INVALID_DOCUMENT"
    IDENTITY_NOT_VERIFIED = "IDENTITY_NOT_VERIFIED"
    PHONE_IN_USE = "PHONE_IN_USE"
    WRONG_VERIFICATION_CODE = "WRONG_VERIFICATION_CODE"
    VERIFICATION_CODE_EXPIRED = "VERIFICATION_CODE_EXPIRED"
    CARD_SUSPENDED = "CARD_SUSPENDED"
    INVALID_CODE = "INVALID_CODE"
    EXPIRED_CODE = "EXPIRED_CODE"
    ALREADY_USED = "ALREADY_USED"
    REVOKED = "REVOKED"
    WRONG_PURPOSE = "WRONG_PURPOSE"
    NOT_ACCEPTED_HERE = "NOT_ACCEPTED_HERE"
    SLOT_TAKEN = "SLOT_TAKEN"
    SLOT_WITHDRAWN = "SLOT_WITHDRAWN"
    TOO_LATE = "TOO_LATE"
    BOOKING_LOCKED = "BOOKING_LOCKED"
    ALREADY_BOOKED = "ALREADY_BOOKED"
    BILL_NOT_PAYABLE = "BILL_NOT_PAYABLE"
    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    REFUND_EXCEEDS_PAYMENT = "REFUND_EXCEEDS_PAYMENT"
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE"
    ALREADY_DISPENSED = "ALREADY_DISPENSED"
    NOT_READY = "NOT_READY"
    BILL_UNPAID = "BILL_UNPAID"
    TEAM_FULL = "TEAM_FULL"
    ALREADY_SIGNED = "ALREADY_SIGNED"
    TOO_MANY_CARERS = "TOO_MANY_CARERS"
    VISIT_EXPIRED = "VISIT_EXPIRED"
    WRONG_STATE = "WRONG_STATE"


class NotificationChannel(StrEnum):
    """How a notification reaches people."""

    IN_APP = "IN_APP"
    SMS = "SMS"
    WECHAT = "WECHAT"
    PUSH = "PUSH"


class AppKind(StrEnum):
    """What kind of app it is."""

    CITY_APP = "CITY_APP"
    WECHAT = "WECHAT"
    ALIPAY = "ALIPAY"
    BANK = "BANK"
    UNIONPAY = "UNIONPAY"
    NON_BANK_PAYMENT = "NON_BANK_PAYMENT"
    OTHER = "OTHER"


class DeliveryStatus(StrEnum):
    """How far the delivery of an event has come."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Interval(StrEnum):
    """The steps of a time series."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class CardGroup(StrEnum):
    """What figures about cards are grouped by."""

    CHANNEL = "CHANNEL"
    DISTRICT = "DISTRICT"


class ScanGroup(StrEnum):
    """What figures about scans are grouped by."""

    CARE_STEP = "CARE_STEP"
    INSTITUTION = "INSTITUTION"
    DISTRICT = "DISTRICT"


class AppointmentGroup(StrEnum):
    """What figures about appointments are grouped by."""

    INSTITUTION = "INSTITUTION"
    DISTRICT = "DISTRICT"
    STATUS = "STATUS"


class PaymentGroup(StrEnum):
    """What figures about payments are grouped by."""

    METHOD = "METHOD"
    INSTITUTION = "INSTITUTION"
