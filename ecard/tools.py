"""Settings become the keys, adapters and connections that resolvers and jobs work with."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from db.pool import PoolOptions
from domain.booking import BookingRules
from domain.cards import MAKING_LIMITS
from domain.enums import ImageFormat, PaymentFlow, PaymentMethod
from domain.keys import KeySet
from domain.limits import Limit
from domain.sealing import Lookup, Sealer
from domain.verification import SmsLimits
from ecard.settings import Settings
from outside.identity import IdentityRegistry
from outside.identity_file import FileRegistry
from outside.identity_http import HttpRegistry
from resolvers.tools import Tools
from workers.qr import card_image

Flows = Mapping[PaymentMethod, frozenset[PaymentFlow]]
VISIT_LENGTH = timedelta(minutes=30)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# One machine acts as a hundred residents, and signs one of them in again and again.
DEMO_SMS_LIMITS = SmsLimits(per_phone=(Limit(MINUTE, 6), Limit(HOUR, 120)), per_address=(Limit(MINUTE, 600),))
DEMO_MAKING_LIMITS = (Limit(HOUR, 5_000),)


def resolver_tools(settings: Settings, clock: Callable[[], datetime], flows: Flows = MappingProxyType({})) -> Tools:
    """What a web process's resolvers are given. `flows`: of the payment providers that are on."""
    return Tools(
        sealer=sealer(settings),
        lookup=Lookup(settings.lookup_key.get_secret_value()),
        keys=key_set(settings),
        national_key=settings.national_key.get_secret_value(),
        issuer=settings.public_url,
        identity=_registry(settings, clock),
        draw=_draw,
        visit_length=VISIT_LENGTH,
        booking=booking_rules(settings),
        payment_flows=flows,
        payment_life=timedelta(minutes=settings.payment_minutes),
        prescription_life=timedelta(days=settings.prescription_days),
        deposit_low_percent=settings.deposit_low_percent,
        sms_limits=SmsLimits() if settings.demo_file is None else DEMO_SMS_LIMITS,
        push_hosts=settings.push_hosts,
        making_limits=MAKING_LIMITS if settings.demo_file is None else DEMO_MAKING_LIMITS,
    )


def booking_rules(settings: Settings) -> BookingRules:
    """What the city has decided about booking."""
    return BookingRules(
        days_ahead=settings.booking_days_ahead,
        no_shows=settings.booking_no_shows,
        no_show_days=settings.booking_no_show_days,
        lock_days=settings.booking_lock_days,
        return_after_min=settings.place_return_minutes_min * MINUTE,
        # Draws are of whole seconds.
        return_after_max=timedelta(seconds=round(settings.place_return_minutes_max * 60)),
        cancel_until=settings.booking_cancel_minutes * MINUTE,
        check_in_before=settings.booking_check_in_minutes * MINUTE,
    )


def pool_options(settings: Settings, name: str) -> PoolOptions:
    """How processes connect to the database. `name`: what the database calls them."""
    return PoolOptions(
        settings.database_url.get_secret_value(),
        settings.database_pool_size,
        settings.public_url,
        settings.plan_cache_mode,
        settings.statement_timeout_ms,
        settings.prepared_statements,
        name=name,
    )


def push_public_key(settings: Settings) -> str | None:
    """With what browsers subscribe to web push; None while it is off."""
    return None if settings.push_key is None else settings.push_key.get_secret_value().public


def sealer(settings: Settings) -> Sealer:
    """Seals with the first key, opens with all."""
    return Sealer(settings.sealing_keys.get_secret_value(), settings.current_sealing_key, os.urandom)


def key_set(settings: Settings) -> KeySet:
    """Signs codes and credentials."""
    return settings.signing_keys.get_secret_value()


def _registry(settings: Settings, clock: Callable[[], datetime]) -> IdentityRegistry:
    if settings.identity_file is not None:
        return FileRegistry(settings.identity_file)
    secret = settings.identity_secret.get_secret_value() if settings.identity_secret else ""
    return HttpRegistry(settings.identity_url or "", secret, clock)


def _draw(text: str) -> str:
    return card_image(text, ImageFormat.SVG).decode()
