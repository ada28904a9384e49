"""Apps and clients: who asks."""

from schema import rules
from schema.base import Node, edge, field, provided, stored
from schema.enums import AppKind
from schema.institutions import Institution
from schema.scalars import DateTime


@stored(view="app", letter="A", rule=rules.EVERYONE)
class App(Node):
    """A programme that acts for residents, or that pays."""

    name: str = field("The name that residents see among their sessions.")
    kind: AppKind = field("What kind of app it is.")
    scopes: list[str] = field("What it, and sessions made in it, may do.", scopes=(("platform:read",), ("client:read",)))
    suspended: bool = field("Whether its tokens are refused.", scopes=(("platform:read",), ("client:read",)))


@stored(view="client", letter="L", rule=rules.CLIENT_ITSELF)
class Client(Node):
    """Credentials of an app or an institution."""

    scopes: list[str] = field("What the credentials may do.")
    retires_at: DateTime | None = field("Until when the secret before the newest works; null where there is one alone.")
    created_at: DateTime = field("Since when.")
    app: App | None = edge("App", "The app, where it is one.", on={"key": "{p}.app_id"})
    institution: Institution | None = edge("Institution", "The institution, where it is one.", on={"key": "{p}.institution_id"})
    secret: str | None = provided("The secret, in the answer that made it and never again.", "secret")
