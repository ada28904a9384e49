"""The conventional platform as an ASGI application: Strawberry's own view, with its caches for documents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from benchmarks.common import Common
from benchmarks.conventional.access_log import RecordReads
from benchmarks.conventional.booking import Mutation, changes
from benchmarks.conventional.context import Context, Info
from benchmarks.conventional.health_record import KINDS
from benchmarks.conventional.loaders import Loaders, Row
from benchmarks.conventional.types import SCALARS, Institution, Resident
from domain.ids import PublicId
from ecard.change import Changes
from ecard.transport.engine import Authenticator


@strawberry.type
class Query:
    @strawberry.field
    async def me(self, info: Info) -> Resident | None:
        me = info.context.viewer.resident_id
        return await Resident.load(me, info) if me else None

    @strawberry.field
    async def institution(self, info: Info, id: strawberry.ID | None = None) -> Institution | None:
        found = PublicId.decode(id) if id else None
        key = found.id if found else info.context.viewer.institution_id
        row = await info.context.loaders.institution.load(key) if key else None
        return Institution.of(row) if row else None

    @strawberry.field
    async def resident(self, info: Info, id: strawberry.ID | None = None) -> Resident | None:
        found = PublicId.decode(id) if id else None
        key = found.id if found else info.context.viewer.resident_id
        return await Resident.load(key, info) if key else None


schema = strawberry.Schema(
    Query,
    Mutation,
    types=[made for made, *_ in KINDS.values()],
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[ParserCache, ValidationCache, RecordReads],
)


class View(GraphQL[Context, None]):
    """`pool` and `authenticator` are there once the application has started."""

    pool: "asyncpg.Pool[Row]"
    authenticator: Authenticator
    public_url: str
    changes: Changes

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        viewer = await self.authenticator.viewer(request.headers["authorization"].encode())
        return Context(viewer, self.pool, Loaders(self.pool, viewer), self.public_url, self.changes)


def make(common: Common) -> Starlette:
    """The application."""
    view = View(schema)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        options = common.pool_options()
        settings = options.server_settings()
        # A connection that is closed for having been idle takes its prepared statements along.
        pooling = asyncpg.create_pool(
            options.url,
            min_size=options.size,
            max_size=options.size,
            max_inactive_connection_lifetime=0,
            server_settings=settings,
        )
        async with pooling as pool, common.authenticator() as authenticator:
            view.pool, view.authenticator, view.public_url, view.changes = pool, authenticator, options.public_url, changes(common)
            yield
            await view.changes.pool.close()

    return Starlette(routes=[Route("/graphql", view)], lifespan=lifespan)
