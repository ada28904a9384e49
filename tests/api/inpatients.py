"""A hospital that admits, charges and discharges through the application, and a patient who pays at a provider."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.times import to_text
from domain.viewer import Viewer
from ecard.app import utc_now
from tests.api.asking import Asker, visit_id
from tests.api.stay_documents import ADD_CHARGES, ADMISSIONS, ADMIT, TRANSFER
from tests.support.market import Market


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def errors(payload: Mapping[str, Any]) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


@dataclass
class Ward:
    """A hospital, and somebody who lies there. `id`: of the stay."""

    market: Market
    hospital: Viewer
    resident: Viewer
    id: str = ""

    @property
    def asker(self) -> Asker:
        return self.market.asker

    async def change(self, document: str, **given: Any) -> Mapping[str, Any]:
        """The payload of a change that the hospital makes of the stay."""
        key = {} if document is TRANSFER else {"idempotencyKey": os.urandom(8).hex()}
        about = {} if "visitId" in given else {"admissionId": self.id}
        return await self.asker.change(self.hospital, document, **{**about, **key, **given})

    async def admit(self, **given: Any) -> Mapping[str, Any]:
        visit = await self.asker.world.verify(self.hospital, await self.asker.world.present(self.resident))
        plain = {"visitId": visit_id(visit), "ward": "心内科 3 病区", "bed": "12", "deposit": "500"}
        payload = await self.change(ADMIT, **{**plain, **given})
        self.id = payload["admission"]["id"] if payload["admission"] else ""
        return payload

    async def charge(self, *quantities: str) -> Mapping[str, Any]:
        """Charges so much of a bed at 100.00."""
        return await self.change(ADD_CHARGES, charges=[line(quantity) for quantity in quantities])

    async def pay(self, bill: str) -> None:
        """Pays as somebody who scans the provider's code."""
        payment = await self.market.started(self.resident, bill)
        await self.market.work()
        await self.market.pay(self.resident, payment)
        await self.market.work()

    async def first_deposit(self) -> str:
        """The bill of the first deposit."""
        data = await self.asker.data(self.resident, ADMISSIONS, first=1)
        id: str = data["resident"]["admissions"]["nodes"][0]["depositBills"][-1]["id"]
        return id


def line(quantity: str, day: str | None = None) -> dict[str, str]:
    return {"chargedOn": day or today(), "code": "C1", "name": "床位费", "quantity": quantity, "unitPrice": "100"}


def today() -> str:
    return to_text(utc_now())[:10]
