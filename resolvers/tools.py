"""Keys and adapters that resolvers use, made once at start-up by the entry point."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from domain.admissions import LOW_PERCENT
from domain.booking import BookingRules
from domain.cards import MAKING_LIMITS
from domain.enums import PaymentFlow, PaymentMethod
from domain.keys import KeySet
from domain.limits import Limit
from domain.payments import LIFE as PAYMENT_LIFE
from domain.prescriptions import LIFE as PRESCRIPTION_LIFE
from domain.sealing import Lookup, Sealer
from domain.tokens import AccessTokens
from domain.verification import SmsLimits
from domain.web_push import HOSTS
from outside.identity import IdentityRegistry


@dataclass(frozen=True, slots=True)
class Tools:
    """`draw` makes a QR of a code's text as SVG; it takes milliseconds, so it runs only when the picture is asked for.
    `payment_flows`: of the providers that are on; `payment_life`: for how long an order can be paid; `prescription_life`: for how
    long medicines can be collected; `deposit_low_percent`: of which less than this is left, a deposit is low."""

    sealer: Sealer
    lookup: Lookup
    keys: KeySet
    national_key: bytes
    issuer: str
    identity: IdentityRegistry
    draw: Callable[[str], str]
    visit_length: timedelta
    sms_limits: SmsLimits = field(default_factory=SmsLimits)
    making_limits: Sequence[Limit] = MAKING_LIMITS
    booking: BookingRules = field(default_factory=BookingRules)
    payment_flows: Mapping[PaymentMethod, frozenset[PaymentFlow]] = field(default_factory=dict)
    payment_life: timedelta = PAYMENT_LIFE
    prescription_life: timedelta = PRESCRIPTION_LIFE
    deposit_low_percent: int = LOW_PERCENT
    push_hosts: Sequence[str] = HOSTS
    access_tokens: AccessTokens = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "access_tokens", AccessTokens(self.keys, self.issuer))
