"""Messages to people."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from db import outbox, verification_codes
from db.outbox import Job
from db.verification_codes import VerificationCode
from domain.enums import VerificationPurpose
from domain.verification import LIFE
from workers.tools import Tools

_MINUTES = int(LIFE.total_seconds()) // 60
# The message says what the code is for: who is talked into reading it out to somebody hears what that somebody would do with it.
_PURPOSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        VerificationPurpose.SIGN_IN: ("登录或申领健康卡", "sign in or apply for your card"),
        VerificationPurpose.ADD_FAMILY_MEMBER: ("允许他人为您办理健康卡事务", "let somebody act for you"),
        VerificationPurpose.CHANGE_PHONE: ("更换手机号", "change your phone number"),
    }
)
_FOR_NOBODY = ("请勿告诉任何人", "Never pass it on")
# Who is to be cared for agrees by giving the code to the carer.
_WARNINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {VerificationPurpose.ADD_FAMILY_MEMBER: ("仅可告诉您信任的照护人", "Give it to nobody but whom you want to care for you")}
)


async def send_verification_code(tools: Tools, job: Job) -> None:
    """Sends the code that `phone_digest` (hexadecimal) and `id` name, unless it was sent or is over."""
    phone_digest, id = bytes.fromhex(job.args["phone_digest"]), UUID(job.args["id"])
    async with tools.pool.connection() as connection:
        row = await verification_codes.unsent(connection, phone_digest, id, tools.clock())
    if row is not None:
        phone = tools.sealer.open(row.phone_sealed, "verification_code", "phone_sealed", row.id)
        code = tools.sealer.open(row.code_sealed, "verification_code", "code_sealed", row.id)
        # The reference lets the gateway drop the repetition when we die before the next transaction.
        await tools.sms.send(phone, _text(row, code, tools.city), reference=str(job.id), verification_code=code)
    async with tools.pool.transaction() as connection:
        await outbox.finish(connection, job, tools.clock())
        await verification_codes.sent(connection, phone_digest, id)


def _text(row: VerificationCode, code: str, city: str) -> str:
    is_english = row.language == "en"
    use, warning = _PURPOSES[row.purpose][is_english], _WARNINGS.get(row.purpose, _FOR_NOBODY)[is_english]
    if is_english:
        return f"[Health e-card] {code} is your code to {use}. It works for {_MINUTES} minutes. {warning}."
    return f"【{city}健康卡】验证码 {code}，用于{use}，{_MINUTES} 分钟内有效。{warning}。"
