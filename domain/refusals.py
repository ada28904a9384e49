"""Why a change is refused: an exception for each code. People read its docstring in English, `zh` in Chinese."""

from datetime import datetime
from typing import ClassVar

from domain.enums import ErrorCode


class Refusal(Exception):
    """`field`: the path in the input, in the names of the code (full_name). `retry_at`: when to try again, if known."""

    code: ClassVar[ErrorCode]
    zh: ClassVar[str]

    def __init__(self, *field: str, retry_at: datetime | None = None) -> None:
        super().__init__(self.code, *field)
        self.field: tuple[str, ...] | None = field or None
        self.retry_at = retry_at

    def message(self, language: str) -> str:
        """In English when that is asked for, else in Chinese."""
        return (type(self).__doc__ or self.code) if language == "en" else self.zh


class InvalidInput(Refusal):
    """The input is not as it must be."""

    code = ErrorCode.INVALID_INPUT
    zh = "输入内容不符合要求。"


class NotFound(Refusal):
    """There is no such thing, or not for you."""

    code = ErrorCode.NOT_FOUND
    zh = "不存在，或您无权查看。"


class Forbidden(Refusal):
    """You may not do this."""

    code = ErrorCode.FORBIDDEN
    zh = "您无权执行此操作。"


class Conflict(Refusal):
    """Something else has just changed this; look again, then try again."""

    code = ErrorCode.CONFLICT
    zh = "数据刚被更改，请刷新后重试。"


class RateLimited(Refusal):
    """Too many tries; try again later."""

    code = ErrorCode.RATE_LIMITED
    zh = "操作过于频繁，请稍后再试。"


class IdempotencyKeyReused(Refusal):
    """This idempotency key came before, with another input."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED
    zh = "该幂等键已用于另一请求。"


class InvalidDocument(Refusal):
    """The number does not fit this type of document."""

    code = ErrorCode.INVALID_DOCUMENT
    zh = "证件号码与证件类型不符。"


class IdentityNotVerified(Refusal):
    """Name, document and phone could not be confirmed together."""

    code = ErrorCode.IDENTITY_NOT_VERIFIED
    zh = "姓名、证件与手机号未能通过核验。"


class PhoneInUse(Refusal):
    """This phone signs in somebody else."""

    code = ErrorCode.PHONE_IN_USE
    zh = "该手机号已被其他居民使用。"


class WrongVerificationCode(Refusal):
    """The verification code is wrong."""

    code = ErrorCode.WRONG_VERIFICATION_CODE
    zh = "验证码错误。"


class VerificationCodeExpired(Refusal):
    """The verification code has expired or was used up; ask for a new one."""

    code = ErrorCode.VERIFICATION_CODE_EXPIRED
    zh = "验证码已失效，请重新获取。"


class CardSuspended(Refusal):
    """The card is suspended."""

    code = ErrorCode.CARD_SUSPENDED
    zh = "电子健康卡已挂失停用。"


class InvalidCode(Refusal):
    """This is no code of a health card."""

    code = ErrorCode.INVALID_CODE
    zh = "不是有效的健康卡二维码。"


class ExpiredCode(Refusal):
    """The code has expired; show a new one."""

    code = ErrorCode.EXPIRED_CODE
    zh = "二维码已过期，请刷新后重新出示。"


class AlreadyUsed(Refusal):
    """The code was used before; show a new one."""

    code = ErrorCode.ALREADY_USED
    zh = "二维码已被使用，请刷新后重新出示。"


class Revoked(Refusal):
    """The code was revoked, or its card was replaced or closed."""

    code = ErrorCode.REVOKED
    zh = "二维码已作废，或其健康卡已更换、注销。"


class WrongPurpose(Refusal):
    """The code is not for this step."""

    code = ErrorCode.WRONG_PURPOSE
    zh = "二维码用途与当前环节不符。"


class NotAcceptedHere(Refusal):
    """This institution does not accept the card for this step."""

    code = ErrorCode.NOT_ACCEPTED_HERE
    zh = "本机构在此环节不受理该健康卡。"


class SlotTaken(Refusal):
    """No place is left at this time."""

    code = ErrorCode.SLOT_TAKEN
    zh = "该时段号源已满。"


class SlotWithdrawn(Refusal):
    """This time was withdrawn."""

    code = ErrorCode.SLOT_WITHDRAWN
    zh = "该时段已停诊。"


class TooLate(Refusal):
    """It is too late for that."""

    code = ErrorCode.TOO_LATE
    zh = "已超过可操作的时间。"


class BookingLocked(Refusal):
    """Booking is locked for a while after appointments that were not kept."""

    code = ErrorCode.BOOKING_LOCKED
    zh = "因多次爽约，预约功能暂时受限。"


class AlreadyBooked(Refusal):
    """There is an appointment at this time already."""

    code = ErrorCode.ALREADY_BOOKED
    zh = "该时段已有预约。"


class BillNotPayable(Refusal):
    """The bill cannot be paid now."""

    code = ErrorCode.BILL_NOT_PAYABLE
    zh = "该账单当前不可支付。"


class AmountMismatch(Refusal):
    """The amounts do not add up."""

    code = ErrorCode.AMOUNT_MISMATCH
    zh = "金额不一致。"


class RefundExceedsPayment(Refusal):
    """That is more than what was paid and not refunded yet."""

    code = ErrorCode.REFUND_EXCEEDS_PAYMENT
    zh = "退款金额超过可退金额。"


class ProviderUnavailable(Refusal):
    """The service asked for this does not answer; try again later."""

    code = ErrorCode.PROVIDER_UNAVAILABLE
    zh = "对方服务暂时不可用，请稍后再试。"


class AlreadyDispensed(Refusal):
    """This was dispensed already."""

    code = ErrorCode.ALREADY_DISPENSED
    zh = "药品已发放。"


class NotReady(Refusal):
    """It is not ready yet."""

    code = ErrorCode.NOT_READY
    zh = "尚未就绪。"


class BillUnpaid(Refusal):
    """The bill must be paid first."""

    code = ErrorCode.BILL_UNPAID
    zh = "请先支付账单。"


class TeamFull(Refusal):
    """The team takes nobody more."""

    code = ErrorCode.TEAM_FULL
    zh = "该家庭医生团队名额已满。"


class AlreadySigned(Refusal):
    """There is an agreement with a family doctor already."""

    code = ErrorCode.ALREADY_SIGNED
    zh = "已签约家庭医生。"


class TooManyCarers(Refusal):
    """No more carers can be added."""

    code = ErrorCode.TOO_MANY_CARERS
    zh = "照护人数量已达上限。"


class VisitExpired(Refusal):
    """The visit is over; scan the card again."""

    code = ErrorCode.VISIT_EXPIRED
    zh = "本次就诊授权已结束，请重新扫码。"


class WrongState(Refusal):
    """Its state does not allow this."""

    code = ErrorCode.WRONG_STATE
    zh = "当前状态不允许此操作。"
