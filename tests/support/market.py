"""Where bills are paid: the application, the providers across the wire, and workers that do what is due when told to."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import apps, bills, clients, ledger_check, outbox
from db.apps import App
from db.bills import Bill
from db.pool import Pool
from domain.bills import Content, Item
from domain.enums import BillKind, CareSetting, PaymentMethod
from domain.ids import PublicId, new_id
from domain.ledger_check import differences
from domain.scopes import OF_RESIDENTS
from domain.viewer import Viewer, ViewerKind
from ecard.transport.front import Front
from outside.payments import PaymentProvider
from tests.api.asking import Asker
from tests.resolvers.world import World, public
from tests.support.simulators import Simulators
from workers.jobs import JOBS
from workers.run import Runner
from workers.tools import Tools

START = """
mutation StartPayment($input: StartPaymentInput!) {
  startPayment(input: $input) {
    payment { id status method amount { amount currency } expiresAt instructions { codeUrl parameters } bills { id status } }
    userErrors { code field message retryAt }
  }
}"""
CANCEL = """
mutation CancelPayment($id: ID!) {
  cancelPayment(input: { paymentId: $id }) { payment { id status bills { id status } } userErrors { code field message retryAt } }
}"""
PAYMENT = """
query Payment($id: ID!) {
  node(id: $id) {
    ... on Payment {
      id status method amount { amount currency } expiresAt paidAt failureReason providerReference
      instructions { codeUrl parameters }
      refunded { amount currency } refunds { id status amount { amount currency } reason } bills { id status }
    }
  }
}"""
NAMES: Mapping[str, str] = {method: method.lower().replace("_", "-") for method in PaymentMethod}


class Silence:
    """Sends nothing to anybody."""

    async def send(self, phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        return


@dataclass
class Later:
    """The time of workers and providers: as far ahead of everybody else's as they are told."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Market:
    """`front`: the application; `sims`: the providers' simulators; `clock`: theirs and the workers'."""

    asker: Asker
    sims: Simulators
    providers: Mapping[PaymentMethod, PaymentProvider]
    clock: Later
    front: Front
    runner: Runner = field(init=False)

    def __post_init__(self) -> None:
        tools = self.world.tools
        made = Tools(self.pool, self.clock, os.urandom, tools.sealer, tools.lookup, Silence(), "深圳市", providers=self.providers)
        self.runner = Runner(made, JOBS, 30, timedelta(minutes=1))

    @property
    def world(self) -> World:
        return self.asker.world

    @property
    def pool(self) -> Pool:
        return self.world.pool

    async def bill(self, resident: Viewer, institution: Viewer, amount: int = 12_850, insured: int = 0) -> str:
        """A bill over so many fen, part of which the insurance fund pays."""
        assert resident.resident_id is not None
        assert institution.institution_id is not None
        now = self.world.now
        id = new_id(now, os.urandom)
        content = Content([Item("C1", "血常规", Decimal(1), "项", amount)], insured)
        of = (BillKind.VISIT, institution.institution_id, None, None, CareSetting.OUTPATIENT)
        async with self.pool.transaction() as connection:
            await bills.issue(connection, Bill(resident.resident_id, id, id.hex, *of, content), now, os.urandom)
        return public("G", id, resident.resident_id)

    async def app(self, kind: str = "WECHAT") -> Viewer:
        """A payment app."""
        app_id, client_id, now = new_id(self.world.now, os.urandom), new_id(self.world.now, os.urandom), self.world.now
        async with self.pool.transaction() as connection:
            await apps.insert(connection, App(app_id, "收银台", kind, OF_RESIDENTS, None, now))
            await clients.insert(connection, client_id, OF_RESIDENTS, now, app_id=app_id)
        return Viewer(ViewerKind.APP, client_id=client_id, app_id=app_id, scopes=OF_RESIDENTS, name="收银台")

    async def start(self, viewer: Viewer, *bill_ids: str, method: str = "WECHAT_PAY", **given: Any) -> Mapping[str, Any]:
        """Starts a payment of these bills: the payload."""
        key = {"idempotencyKey": os.urandom(8).hex()}
        return await self.asker.change(viewer, START, **{"billIds": list(bill_ids), "method": method, **key, **given})

    async def started(self, viewer: Viewer, *bill_ids: str, **given: Any) -> str:
        """Starts a payment that is not refused: its id."""
        payload = await self.start(viewer, *bill_ids, **given)
        assert payload["userErrors"] == []
        id: str = payload["payment"]["id"]
        return id

    async def payment(self, viewer: Viewer, id: str) -> Any:
        """The payment as the viewer sees it."""
        return (await self.asker.data(viewer, PAYMENT, id=id))["node"]

    async def cancel(self, viewer: Viewer, id: str) -> Any:
        """Cancels: the payload."""
        return (await self.asker.data(viewer, CANCEL, id=id))["cancelPayment"]

    async def work(self) -> None:
        """Does all that is due, and what follows from it at once, on both sides of the wire."""
        while await self._jobs() + await self.sims.work():
            pass

    async def _jobs(self) -> int:
        async with self.pool.transaction() as connection:
            now = self.clock()
            ids = [id for lane in outbox.LANES for id in await outbox.claim(connection, lane, now, now, 1000)]
        for id in ids:
            await self.runner.run(id)
        return len(ids)

    async def pay(self, viewer: Viewer, id: str) -> dict[str, Any]:
        """Pays as the payer who scans the code."""
        payment = await self.payment(viewer, id)
        return await self.sims.pay(NAMES[PaymentMethod(payment["method"])], payment["instructions"]["codeUrl"])

    async def differences(self, *residents: Viewer) -> list[Any]:
        """Where rows of these are not as the ledger says."""
        ids = [viewer.resident_id for viewer in residents if viewer.resident_id is not None]
        async with self.pool.connection() as connection:
            return list(differences(await ledger_check.rows(connection, ids)))

    async def inbox(self, method: str, *, refused: bool) -> list[Any]:
        """The messages of a provider that were, or were not, refused."""
        sql = "select state, reason from inbox where method = $1 and (state = 'refused') = $2"
        return await self.world.rows(sql, method, refused)


def id_in(text: str) -> UUID:
    """The row's id in a public one."""
    found = PublicId.decode(text)
    assert found is not None
    return found.id
