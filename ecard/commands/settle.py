"""`ecard settle`: compares a day with the provider's statement at once, which else is done by the clock."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import click

from db.settlements import counts
from domain.enums import PaymentMethod
from domain.times import shanghai_day
from ecard.launch.database import one_connection
from ecard.launch.failure import Failure, settings_or_demo
from ecard.payment_providers import payment_providers
from ecard.settings import Settings
from outside.errors import Permanent, Transient
from workers.settlements import settle

METHODS = click.Choice([method.lower().replace("_", "-") for method in PaymentMethod])


@click.command(
    "settle", help="Fetch a provider's statement of a day, in the place of an earlier one, and compare it with our books."
)
@click.option("--method", type=METHODS, required=True, help="Of which provider.")
@click.option("--date", "at", type=click.DateTime(["%Y-%m-%d"]), help="Which day, in Asia/Shanghai; yesterday when it is left out.")
def command(method: str, at: datetime | None) -> None:
    """Settles the day."""
    chosen = PaymentMethod(method.upper().replace("-", "_"))
    asyncio.run(_settle(settings_or_demo(), chosen, at))


async def _settle(settings: Settings, method: PaymentMethod, at: datetime | None) -> None:
    day = at.date() if at is not None else shanghai_day(_utc_now()) - timedelta(days=1)
    providers = payment_providers(settings, _utc_now)
    provider = providers.get(method)
    pool = one_connection(settings)
    try:
        if provider is None:
            raise Failure(f"{method} is off: it has no settings.")
        if not await settle(pool, provider, _utc_now, os.urandom, day):
            raise Failure(f"The statement of {day} is not ready.")
        async with pool.connection() as connection:
            found = await counts(connection, method, day)
    except (Transient, Permanent) as error:
        raise Failure(f"{method} does not give its statement: {error}") from error
    finally:
        await pool.close()
        for each in providers.values():
            await each.close_connections()
    click.echo(f"{method}, {day}: {', '.join(f'{count} {kind}' for kind, count in found) or 'both sides agree'}.")


def _utc_now() -> datetime:
    return datetime.now(UTC)
