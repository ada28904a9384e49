"""Puts the transports together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from domain.viewer import ViewerKind
from ecard.observe.requests import Observer
from ecard.transport.admission import Admission
from ecard.transport.asgi import App
from ecard.transport.cors import Cors
from ecard.transport.drain import Drain
from ecard.transport.engine import Authenticator, Engine
from ecard.transport.front import Front
from ecard.transport.http import GraphQLHttp
from ecard.transport.operations import Serving, SocketLimits
from ecard.transport.persisted import PersistedDocuments
from ecard.transport.rates import Rate, Rates
from ecard.transport.sse import EventStreams
from ecard.transport.websocket import GraphQLSockets


@dataclass(frozen=True, slots=True)
class TransportOptions:
    """`rates`: one for each kind of viewer. `origins`: whose pages may ask, `*` for all. `recheck`, `keep_alive`: seconds."""

    rates: Mapping[ViewerKind, Rate]
    origins: Collection[str] = ()
    body_bytes: int = 1_048_576
    sockets: SocketLimits = field(default_factory=SocketLimits)
    recheck: float = 1.0
    keep_alive: float = 12.0


def assemble(
    engine: Engine, authenticator: Authenticator, routes: App, observer: Observer, drain: Drain, options: TransportOptions
) -> Front:
    """The application to serve. `routes`: all that is not GraphQL, and the lifespan."""
    admission = Admission(authenticator, Rates(options.rates), options.recheck)
    persisted = PersistedDocuments()
    cors = Cors(options.origins)
    streams = EventStreams(engine, admission, observer.metrics, drain, options.keep_alive)
    graphql = GraphQLHttp(engine, admission, observer, persisted, streams, cors, options.body_bytes)
    sockets = GraphQLSockets(Serving(engine, admission, observer, persisted, cors, options.sockets))
    return Front(graphql, sockets, routes, observer, admission.rates)
