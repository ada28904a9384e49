"""How soon providers are answered: `python -m benchmarks.notifications [--rate 100] [--seconds 30] [--method wechat-pay]`.

A web process and a worker of their own, on throwaway servers. So many notifications a second, each signed by the provider's side
and about a payment of its own, are sent at their times, whether or not those before were answered. Wanted: p99 under five seconds.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from uuid import UUID

import httpx

from db import bills, ledger_check, payments
from db.bills import Bill
from db.connection import Connection
from db.migrate import migrate
from db.payments import Payment
from db.pool import Pool
from domain.bills import Content, Item
from domain.enums import BillKind, CareSetting, PaymentFlow, PaymentMethod, PaymentStatus
from domain.ids import new_id
from domain.ledger_check import differences
from ecard.demo.secrets import demo_secrets
from ecard.embedded import throwaway_servers
from ecard.launch.ports import free_port
from ecard.payment_providers import payment_providers
from ecard.settings import Settings, read_settings
from ecard.simulators.keys import new_keys, payment_settings
from ecard.simulators.simulator import PROVIDERS, Simulator, World, application, simulator, until_gone
from ecard.tools import pool_options
from outside.payments import Order

WANTED = 5.0  # seconds at p99
HOST = "127.0.0.1"
CONNECTIONS = 100
SUCCEEDED = "select count(*) from payment where status = 'SUCCEEDED'"
INSTITUTION = "insert into institution values ($1, 'B1', '基准医院', '福田区', '三级', '路', true, true, '{}', now())"
RESIDENT = (
    "insert into resident (resident_id, full_name, sex, birth_date, document_type, document_sealed, document_masked, language,"
    " created_at) values ($1, '基准', 'FEMALE', $2, 'RESIDENT_ID', 'sealed', 'masked', 'zh-CN', now())"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A notification as it goes over the wire."""

    body: bytes
    headers: Mapping[str, str]


def clock() -> datetime:
    return datetime.now(UTC)


async def add_payments(pool: Pool, method: PaymentMethod, count: int) -> list[Payment]:
    """Payments of one bill each, of residents of their own."""
    now, institution_id = clock(), new_id(clock(), os.urandom)
    async with pool.transaction() as connection:
        await connection.execute(INSTITUTION, institution_id)
        return [await _add_payment(connection, now, institution_id, method) for _ in range(count)]


async def _add_payment(connection: Connection, now: datetime, institution_id: UUID, method: PaymentMethod) -> Payment:
    resident_id, bill_id, id = (new_id(now, os.urandom) for _ in range(3))
    await connection.execute(RESIDENT, resident_id, date(1990, 1, 1))
    content = Content([Item("C1", "检查", Decimal(1), None, 12_850)])
    of = (BillKind.VISIT, institution_id, None, None, CareSetting.OUTPATIENT)
    await bills.issue(connection, Bill(resident_id, bill_id, bill_id.hex, *of, content), now, os.urandom)
    payment = Payment(
        resident_id=resident_id,
        id=id,
        number=id.hex,
        institution_id=institution_id,
        app_id=None,
        client_id=None,
        method=method,
        flow=PaymentFlow.QR_CODE,
        status=PaymentStatus.PENDING,
        amount=12_850,
        payer_reference=None,
        payer_address=None,
        return_url=None,
        provider_reference=None,
        started_at=now,
        expires_at=now + timedelta(hours=1),
    )
    await payments.insert(connection, payment, {bill_id: payment.amount})
    await payments.take_bills(connection, resident_id, [bill_id], id)
    return payment


async def make_messages(settings: Settings, side: Simulator, rows: Sequence[Payment]) -> list[Message]:
    """Each is ordered and paid at the provider, which says so."""
    transport = httpx.ASGITransport(application([side]))
    provider = payment_providers(settings, clock, transport)[PaymentMethod(rows[0].method)]
    async with httpx.AsyncClient(transport=transport, base_url="http://simulators") as http:
        for row in rows:
            order = Order(row.number, row.amount, "缴费", PaymentFlow.QR_CODE, row.started_at, row.expires_at)
            made = await provider.create(order)
            (await http.post(f"/{side.name}/pay", json={"codeUrl": made.code_url})).raise_for_status()
    await provider.close_connections()
    told = [side.provider.notification(notice) for notice in side.desk.books.notices_due(clock() + timedelta(seconds=1))]
    return [Message(each.body, each.headers) for each in told if each is not None]


async def send(port: int, path: str, messages: Sequence[Message], rate: float) -> list[float]:
    """Seconds from the time at which each should have been sent to its answer. Raises where one is not accepted."""
    latencies: list[float] = []
    waiting = iter(enumerate(messages))
    start = perf_counter() + 1

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for number, message in waiting:
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            headers = {"host": HOST, **message.headers, "content-length": str(len(message.body))}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + message.body)
            await _accepted(reader)
            latencies.append(perf_counter() - due)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return latencies


async def _accepted(reader: asyncio.StreamReader) -> None:
    """Reads an answer. Raises RuntimeError where it is no success."""
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    length = next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0)
    await reader.readexactly(length)
    if status.split()[1][:1] != b"2":
        raise RuntimeError(f"A notification was answered with {status.decode()}.")


async def until_settled(pool: Pool, count: int) -> None:
    async with pool.connection() as connection, asyncio.timeout(600):
        while await connection.fetchval(SUCCEEDED) < count:  # noqa: ASYNC110 - it is another process that changes it
            await asyncio.sleep(0.05)


@contextmanager
def processes(environment: Mapping[str, str], port: int) -> Iterator[None]:
    """A web process and a worker."""
    commands = (("web", "--port", str(port)), ("worker",))
    of_ours, quiet = {**os.environ, **environment}, subprocess.DEVNULL
    running = [
        subprocess.Popen([sys.executable, "-m", "ecard", *command], env=of_ours, stdout=quiet, stderr=quiet) for command in commands
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


async def until_ready(url: str) -> None:
    async with httpx.AsyncClient() as http, asyncio.timeout(60):
        while True:
            try:
                if (await http.get(f"{url}/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def measure(name: str, rate: float, seconds: float, folder: Path, servers: tuple[str, str]) -> None:
    port, keys = free_port(HOST), new_keys(clock())
    url, (database_url, redis_url) = f"http://{HOST}:{port}", servers
    (folder / "registry.json").write_text("[]")
    environment = {
        **demo_secrets(folder),
        **payment_settings(keys, "http://simulators"),
        "ECARD_ENVIRONMENT": "development",
        "ECARD_PUBLIC_URL": url,
        "ECARD_DATABASE_URL": database_url,
        "ECARD_REDIS_URL": redis_url,
        "ECARD_IDENTITY_FILE": str(folder / "registry.json"),
        "ECARD_SMS_FILE": str(folder / "sms.jsonl"),
    }
    settings = read_settings(environment)
    pool = Pool(pool_options(settings, "benchmark"))
    async with pool.connection() as connection:
        await migrate(connection)
    rows = await add_payments(pool, PaymentMethod(name.upper().replace("-", "_")), int(rate * seconds))
    async with httpx.AsyncClient() as client:
        side = simulator(name, World(folder / "books", keys, clock, os.urandom, client, until_gone), {})
        messages = await make_messages(settings, side, rows)
    with processes(environment, port):
        await until_ready(url)
        started = perf_counter()
        latencies = sorted(await send(port, f"/callbacks/{name}", messages, rate))
        sent = perf_counter() - started
        await until_settled(pool, len(rows))
        report(name, rate, latencies, sent, perf_counter() - started)
    async with pool.connection() as connection:
        people = await ledger_check.residents(connection, UUID(int=0), len(rows) + 1)
        print(f"rows that differ from the ledger: {len(list(differences(await ledger_check.rows(connection, people))))}")
    await pool.close()


def report(name: str, rate: float, latencies: Sequence[float], sent: float, settled: float) -> None:
    p50, p99 = (latencies[int(part * (len(latencies) - 1))] for part in (0.5, 0.99))
    print(f"{name}: {len(latencies)} notifications at {rate:g}/s, answered in {sent:.1f} s, settled after {settled:.1f} s")
    print(f"answered after p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, at most {latencies[-1] * 1000:.1f} ms")
    print(f"wanted: p99 under {WANTED:g} s: {'reached' if p99 < WANTED else 'missed'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--method", choices=list(PROVIDERS), default="wechat-pay")
    asked = parser.parse_args()
    with throwaway_servers() as servers, tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(asked.method, asked.rate, asked.seconds, Path(folder), (servers.database_url, servers.redis_url)))


if __name__ == "__main__":
    main()
