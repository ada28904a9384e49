"""What `ecard doctor` checks, one after the other: each is a name and a function that tells a finding or raises Unwell."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import redis.asyncio

from db import vitals
from db.connection import Connection
from db.migrate import MigrationError, pending
from domain.sealing import SealBroken
from ecard.settings import Settings
from ecard.tools import key_set, sealer

OLDEST_POSTGRES = 160_000
LONGEST_SILENCE = timedelta(seconds=60)
MOST_SKEW = timedelta(seconds=2)


class Unwell(Exception):
    """A check found something wrong; the message says what, and what to do."""


Check = Callable[[Settings, Connection], Awaitable[str]]


async def database(_: Settings, connection: Connection) -> str:
    """PostgreSQL is new enough."""
    found = await vitals.server(connection)
    if found.number < OLDEST_POSTGRES:
        raise Unwell(f"PostgreSQL {found.version} is too old: 16 is the oldest that works.")
    return f"PostgreSQL {found.version} answers"


async def migrations(_: Settings, connection: Connection) -> str:
    """The database is what this version needs."""
    try:
        missing = await pending(connection)
    except MigrationError as error:
        raise Unwell(str(error)) from error
    if missing:
        raise Unwell(f"{', '.join(one.name for one in missing)} to be applied: run `ecard migrate`.")
    return "all applied"


async def courier(settings: Settings, _: Connection) -> str:
    """Redis answers."""
    client = redis.asyncio.Redis.from_url(settings.redis_url.get_secret_value())
    try:
        await client.ping()
    except (redis.RedisError, OSError) as error:
        raise Unwell(f"Redis does not answer ({type(error).__name__}): look at ECARD_REDIS_URL.") from error
    finally:
        await client.aclose()
    return "Redis answers"


async def worker(_: Settings, connection: Connection) -> str:
    """A worker was heard of lately."""
    seen = await vitals.last_sign_of_a_worker(connection)
    if seen is None:
        raise Unwell("no worker was ever heard of: start `ecard worker`.")
    silence = (await vitals.server(connection)).now - seen
    if silence > LONGEST_SILENCE:
        raise Unwell(f"no worker was heard of since {seen:%Y-%m-%d %H:%M:%S} UTC: start `ecard worker`.")
    return f"a sign of life {max(silence.total_seconds(), 0):.0f} s ago"


async def clock(_: Settings, connection: Connection) -> str:
    """Our clock and the database's agree: codes live for a minute."""
    before = datetime.now(UTC)
    theirs = (await vitals.server(connection)).now
    after = datetime.now(UTC)
    skew = max(before - theirs, theirs - after, timedelta(0))
    if skew > MOST_SKEW:
        raise Unwell(f"this machine's clock and the database's are {skew.total_seconds():.1f} s apart: set them by NTP.")
    return "in step with the database's"


async def keys(settings: Settings, connection: Connection) -> str:
    """The keys are keys, and they open what is stored."""
    try:
        signing = key_set(settings)
        opens = sealer(settings)
    except ValueError as error:
        raise Unwell(str(error)) from error
    newest = await vitals.newest_document(connection)
    if newest is not None:
        try:
            opens.open(newest[1], "resident", "document_sealed", newest[0])
        except SealBroken as error:
            raise Unwell("the sealing keys do not open what is stored: the key that sealed it is missing.") from error
    return f"{len(signing.public)} signing, current {signing.current.id}; the sealing keys open what is stored"


async def channels(settings: Settings, _: Connection) -> str:
    """Which ways of telling people and institutions are on; what is off has no settings."""
    is_file = settings.messages_file is not None
    is_on = {
        "SMS": True,
        "push": is_file or settings.push_key is not None,
        "WeChat": is_file or settings.wechat_messages_app_id is not None,
        "mail": is_file or settings.smtp_host is not None,
    }
    off = [name for name, on in is_on.items() if not on]
    return f"{', '.join(name for name, on in is_on.items() if on)} on; {', '.join(off) or 'none'} off"


CHECKS: Mapping[str, Check] = {
    "database": database,
    "migrations": migrations,
    "redis": courier,
    "worker": worker,
    "clock": clock,
    "keys": keys,
    "channels": channels,
}
