"""WeChat Pay, API v3."""

from outside.payments.wechat_pay.provider import WeChatPay, WeChatPayConfig

__all__ = ["WeChatPay", "WeChatPayConfig"]
