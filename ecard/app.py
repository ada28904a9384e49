"""The web process, put together: settings in, an ASGI application out. Nothing here decides anything."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import strawberry
from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.routing import Route

from db import outbox
from db.migrate import pending
from db.pool import Pool
from domain.viewer import ViewerKind
from ecard import files, oauth
from ecard.auth import TokenAuthenticator
from ecard.callbacks import Callbacks
from ecard.change import Changes
from ecard.demo.sessions import session_opener
from ecard.documents import Documents
from ecard.engine import Engine, EngineLimits
from ecard.health import health_routes
from ecard.limits import DocumentLimits
from ecard.observe.logs import Lines, to_standard_output
from ecard.observe.metrics import Metrics, metrics_route
from ecard.observe.requests import Observer
from ecard.payment_providers import payment_providers
from ecard.settings import Settings
from ecard.shared import SharedReports
from ecard.subscriptions import Subscriptions
from ecard.tools import pool_options, push_public_key, resolver_tools
from ecard.transport.assembly import TransportOptions, assemble
from ecard.transport.drain import Drain
from ecard.transport.front import Front
from ecard.transport.rates import Rate
from ecard.updates import Updates
from ecard.web.desk import desk_routes
from ecard.web.routes import page_routes
from plans.check import check_mapping
from plans.plan import Source
from schema import build

if TYPE_CHECKING:
    from ecard.observe.traces import Tracing

MINUTE = 60


def create_app(settings: Settings, clock: Callable[[], datetime] | None = None, *, signals: bool = True) -> Front:
    """The application of one web process. Tests bring their own `clock` and keep `signals` to themselves."""
    now = clock or utc_now
    schema = build.build()
    source = Source(build.graphql_schema(schema), build.mapping(schema))
    providers = payment_providers(settings, now)
    tools = resolver_tools(settings, now, {method: provider.flows for method, provider in providers.items()})
    pool = Pool(pool_options(settings, "ecard-web"))
    changes = Changes(pool, tools, now, os.urandom)
    updates = Updates(pool)
    engine = _engine(settings, schema, source, changes, updates)
    authenticator = TokenAuthenticator(pool, tools.keys, tools.issuer, now)
    metrics, drain, lines = Metrics(), Drain(), Lines(to_standard_output)
    _watch(metrics, pool, engine)
    tracing = _tracing(settings)
    routes = [
        *oauth.routes(pool, tools, now),
        files.route(pool, now),
        *Callbacks(providers, pool, now, os.urandom, metrics).routes(),
        *health_routes({"database": lambda: _check_migrated(pool)}, lambda: drain.begun),
        metrics_route(metrics),
        *_pages(settings, schema, changes),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with pool.connection() as connection:
            await check_mapping(connection, source)
        if signals:
            drain.listen()
        async with _running(authenticator.listen(), updates.listen(), metrics.keep_sampling(lambda: outbox.backlog(pool))):
            yield
        await pool.close()
        lines.flush()
        if tracing is not None:
            await asyncio.to_thread(tracing.close)

    observer = Observer(lines, metrics, tracing)
    return assemble(engine, authenticator, Starlette(routes=routes, lifespan=lifespan), observer, drain, _transport(settings))


def _engine(settings: Settings, schema: strawberry.Schema, source: Source, changes: Changes, updates: Updates) -> Engine:
    documents, limits = _documents(settings, source.schema), _limits(settings)
    subscriptions = Subscriptions(source.schema, build.watches(schema), updates, changes.clock)
    key = push_public_key(settings)
    return Engine(source, build.changes(schema), documents, changes, changes.pool, limits, changes.clock, subscriptions, key)


def _watch(metrics: Metrics, pool: Pool, engine: Engine) -> None:
    metrics.watch_pool("web", pool)
    for name, cache in engine.caches.items():
        metrics.watch_cache(name, cache)


def utc_now() -> datetime:
    """The program's clock."""
    return datetime.now(UTC)


def _pages(settings: Settings, schema: strawberry.Schema, changes: Changes) -> list[Route]:
    """What browsers show: the pages of the demo only where there is one."""
    demo = settings.demo_file
    pages = page_routes(build.sdl(schema), explorer=settings.graphiql, demo=demo is not None)
    return [*pages, SharedReports(changes).route(), *(desk_routes(demo, session_opener(changes)) if demo else ())]


async def _check_migrated(pool: Pool) -> None:
    async with pool.connection() as connection:
        if await pending(connection):
            raise RuntimeError("There are migrations to apply.")


@asynccontextmanager
async def _running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Tasks that go on in the background for as long as the block does."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def _documents(settings: Settings, schema: GraphQLSchema) -> Documents:
    limits = DocumentLimits(
        tokens=settings.limit_tokens,
        errors=settings.limit_errors,
        directives=settings.limit_directives,
        depth=settings.limit_depth,
        aliases=settings.limit_aliases,
        mutations=settings.limit_mutations,
    )
    return Documents(schema, limits, settings.introspection, settings.cache_documents, settings.cache_document_bytes)


def _limits(settings: Settings) -> EngineLimits:
    return EngineLimits(settings.limit_cost, settings.cache_plans, settings.cache_plan_characters)


def _transport(settings: Settings) -> TransportOptions:
    quotas = {
        ViewerKind.ANONYMOUS: settings.limit_requests_anonymous,
        ViewerKind.RESIDENT: settings.limit_requests_resident,
        ViewerKind.APP: settings.limit_requests_app,
        ViewerKind.INSTITUTION: settings.limit_requests_institution,
    }
    # Each process counts for itself, and a client's requests go to all of them.
    rates = {kind: Rate(kind.lower(), max(1, quota // settings.web_processes), MINUTE) for kind, quota in quotas.items()}
    return TransportOptions(rates, settings.origins, settings.limit_body_bytes)


def _tracing(settings: Settings) -> "Tracing | None":
    if settings.otlp_endpoint is None:
        return None
    # Only where traces are on: its import alone costs a fifth of a second.
    from ecard.observe.traces import exporting

    return exporting(settings.otlp_endpoint, version("ecard"))
