"""Settings become the payment providers that are configured; the others are off. See docs/how-to/payment-providers.md."""

import secrets
from collections.abc import Mapping

import httpx

from domain.enums import PaymentMethod
from ecard.settings import Settings
from outside.payments import PaymentProvider
from outside.payments.alipay import Alipay, AlipayConfig
from outside.payments.bank import Bank, BankConfig
from outside.payments.exchange import Clock
from outside.payments.unionpay import UnionPay, UnionPayConfig
from outside.payments.wechat_pay import WeChatPay, WeChatPayConfig

PATHS: Mapping[PaymentMethod, str] = {
    PaymentMethod.WECHAT_PAY: "/callbacks/wechat-pay",
    PaymentMethod.ALIPAY: "/callbacks/alipay",
    PaymentMethod.UNIONPAY: "/callbacks/unionpay",
    PaymentMethod.BANK: "/callbacks/bank",
}
"""Where each provider calls us back."""


def payment_providers(
    settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
) -> Mapping[PaymentMethod, PaymentProvider]:
    """The providers that are configured. `transport`: for tests, what answers instead of the network."""
    made = (
        _wechat_pay(settings, clock, transport),
        _alipay(settings, clock, transport),
        _unionpay(settings, clock, transport),
        _bank(settings, clock, transport),
    )
    return {provider.method: provider for provider in made if provider is not None}


def _new_nonce() -> str:
    return secrets.token_hex(16)


def _notify_url(settings: Settings, method: PaymentMethod) -> str:
    return settings.public_url + PATHS[method]


# The settings of a provider are there all or none, which they check themselves.


def _wechat_pay(settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> PaymentProvider | None:
    key, api_key, provider_key = settings.wechat_pay_private_key, settings.wechat_pay_api_key, settings.wechat_pay_provider_key
    if key is None or api_key is None or provider_key is None:
        return None
    return WeChatPay(
        WeChatPayConfig(
            url=settings.wechat_pay_url,
            app_id=settings.wechat_pay_app_id or "",
            merchant_id=settings.wechat_pay_merchant_id or "",
            key_serial=settings.wechat_pay_key_serial or "",
            private_key=key.get_secret_value(),
            api_key=api_key.get_secret_value(),
            provider_key_serial=settings.wechat_pay_provider_key_serial or "",
            provider_key=provider_key.get_secret_value(),
            notify_url=_notify_url(settings, PaymentMethod.WECHAT_PAY),
            clock=clock,
            new_nonce=_new_nonce,
            transport=transport,
        )
    )


def _alipay(settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> PaymentProvider | None:
    key, provider_key = settings.alipay_private_key, settings.alipay_provider_key
    if key is None or provider_key is None:
        return None
    return Alipay(
        AlipayConfig(
            url=settings.alipay_url,
            app_id=settings.alipay_app_id or "",
            private_key=key.get_secret_value(),
            provider_key=provider_key.get_secret_value(),
            notify_url=_notify_url(settings, PaymentMethod.ALIPAY),
            clock=clock,
            transport=transport,
        )
    )


def _unionpay(settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> PaymentProvider | None:
    key, provider_key = settings.unionpay_private_key, settings.unionpay_provider_key
    if key is None or provider_key is None:
        return None
    return UnionPay(
        UnionPayConfig(
            url=settings.unionpay_url,
            file_url=settings.unionpay_file_url,
            merchant_id=settings.unionpay_merchant_id or "",
            key_serial=settings.unionpay_key_serial or "",
            private_key=key.get_secret_value(),
            provider_key=provider_key.get_secret_value(),
            notify_url=_notify_url(settings, PaymentMethod.UNIONPAY),
            clock=clock,
            transport=transport,
        )
    )


def _bank(settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> PaymentProvider | None:
    key, provider_key = settings.bank_private_key, settings.bank_provider_key
    if key is None or provider_key is None:
        return None
    return Bank(
        BankConfig(
            url=settings.bank_url or "",
            key_id=settings.bank_key_id or "",
            private_key=key.get_secret_value(),
            provider_key_id=settings.bank_provider_key_id or "",
            provider_key=provider_key.get_secret_value(),
            notify_url=_notify_url(settings, PaymentMethod.BANK),
            clock=clock,
            new_nonce=_new_nonce,
            transport=transport,
        )
    )
