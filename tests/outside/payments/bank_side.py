"""The bank's side of docs/reference/bank-interface.md, with its own key."""

import json
from typing import Any

import httpx

from outside.payments.bank import Bank, BankConfig
from tests.outside.payments.support import NOTIFY_HOST, NOW, NUMBER, REFUND_NUMBER, Answering, Network, private, public

OUR_ID, THEIR_ID = "city-2026", "bank-2026"
NONCE = "5d0f5f1bb0c64a0e8d6a2b7a9c3e1f04"
ORDER: dict[str, Any] = {
    "number": NUMBER,
    "state": "SUCCEEDED",
    "amount": 12850,
    "paidAmount": 12850,
    "reference": "B2026112400017",
    "paidAt": "2026-11-24T10:31:07+08:00",
    "failure": None,
    "codeUrl": "https://pay.bank.example/q/8f2c",
    "parameters": None,
}
REFUND: dict[str, Any] = {
    "number": REFUND_NUMBER,
    "orderNumber": NUMBER,
    "state": "SUCCEEDED",
    "amount": 5000,
    "reference": "R2026112400003",
    "refundedAt": "2026-11-24T11:40:00+08:00",
}


def config(network: Network) -> BankConfig:
    return BankConfig(
        url="https://bank.test/pay/v1",
        key_id=OUR_ID,
        private_key=private("us"),
        provider_key_id=THEIR_ID,
        provider_key=public("bank"),
        notify_url=f"{NOTIFY_HOST}/callbacks/bank",
        clock=lambda: NOW,
        new_nonce=lambda: NONCE,
        transport=network.transport,
    )


def provider(network: Network | None = None) -> Bank:
    return Bank(config(network or Network()))


def signed(what: str, path: str, body: bytes, at: float = NOW.timestamp(), nonce: str = NONCE, key: str = "bank") -> dict[str, str]:
    """The headers with which the bank signs."""
    text = f"{what}\n{path}\n{int(at)}\n{nonce}\n".encode() + body + b"\n"
    return {
        "ecard-key-id": THEIR_ID,
        "ecard-timestamp": str(int(at)),
        "ecard-nonce": nonce,
        "ecard-signature": private(key).sign(text),
    }


def answer(status: int, found: Any, **how: Any) -> Answering:
    content = found if isinstance(found, bytes) else json.dumps(found).encode()

    def answering(request: httpx.Request) -> httpx.Response:
        headers = signed(str(status), request.url.raw_path.decode(), content, **how)
        return httpx.Response(status, content=content, headers=headers)

    return answering


def refusal(status: int, error: str) -> Answering:
    return answer(status, {"error": error, "message": f"order {NUMBER}"})


def told(found: Any) -> tuple[dict[str, str], bytes]:
    """A notification: its headers and its body."""
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    return signed("POST", "/callbacks/bank", body), body
