"""What the tests of all payment providers share: keys of both sides, an order, and a stand-in that answers as the test says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from domain.enums import PaymentFlow
from outside.payments import Order, RefundRequest
from outside.payments.keys import PrivateKey, PublicKeys

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai
NUMBER, REFUND_NUMBER = "0191f0c2a7d47b6e8a1c3f5e7d9b1a2c", "0192f0c2a7d47b6e8a1c3f5e7d9b1a2d"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
NOTIFY_HOST = "https://card.example"


@dataclass(frozen=True)
class Pair:
    """A private key and its public half, as PEM."""

    private: str
    public: str


@cache
def pair(name: str, size: int = 2048) -> Pair:
    """The key pair of somebody; the same in the whole process."""
    key = rsa.generate_private_key(65537, size)
    return Pair(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
    )


@cache
def private(name: str) -> PrivateKey:
    """Somebody's private key, read once: checking it takes long."""
    return PrivateKey(pair(name).private)


@cache
def public(name: str) -> PublicKeys:
    """Somebody's public key."""
    return PublicKeys(pair(name).public)


def order(flow: PaymentFlow = PaymentFlow.QR_CODE) -> Order:
    """An order over CNY 128.50 that may be paid for fifteen minutes."""
    return Order(
        number=NUMBER,
        amount=12850,
        description="深圳市第二人民医院, Shenzhen No. 2 People's Hospital",
        flow=flow,
        started_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
        payer_reference=OPENID if flow is PaymentFlow.MINI_PROGRAM else None,
        return_url="https://card.example/paid?a=1&b=2" if flow is PaymentFlow.BROWSER else None,
    )


def refund_request(reference: str = "REFERENCE") -> RefundRequest:
    """CNY 50 of it back."""
    return RefundRequest(
        number=REFUND_NUMBER,
        order_number=NUMBER,
        provider_reference=reference,
        amount=5000,
        total=12850,
        reason="退号, the appointment was cancelled",
        requested_at=NOW + timedelta(hours=1),
    )


Answering = Callable[[httpx.Request], httpx.Response]


@dataclass
class Network:
    """Instead of the network: notes the requests and answers each with the next of `answers`, or fails with it."""

    answers: list[Answering | Exception] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(request)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)


async def raised(error: type[Exception], call: Awaitable[object]) -> str:
    """The text of the error with which this ends."""
    with pytest.raises(error) as caught:
        await call
    return str(caught.value)


def plain(status: int, content: bytes = b"", **headers: str) -> Answering:
    """An answer that nobody signed."""
    return lambda request: httpx.Response(status, content=content, headers=headers)


def unnamed(value: object) -> str:
    """For parameters with keys or signatures in them: they differ between the processes that share the tests out."""
    return "case"
