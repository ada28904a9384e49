"""What may be granted to whom. A field in the schema says which scopes it needs."""

OF_RECORD = frozenset(
    {"report:read", "report:write", "prescription:read", "prescription:write", "record:read", "record:write"}
)
"""Of the health record: residents' sessions and institutions have them alike."""

OF_RESIDENTS = OF_RECORD | {
    "card:read",
    "card:write",
    "appointment:read",
    "appointment:write",
    "bill:read",
    "payment:read",
    "payment:write",
    "agreement:read",
    "agreement:write",
    "notification:read",
    "notification:write",
}
"""Of residents' sessions: those that the app was granted."""

OF_INSTITUTIONS = OF_RECORD | {
    "visit:read",
    "visit:write",
    "directory:write",
    "appointment:read",
    "appointment:write",
    "bill:read",
    "bill:write",
    "payment:read",
    "payment:write",
    "agreement:read",
    "agreement:write",
    "admission:write",
}
"""Of an institution's credentials."""


def of_session(app: frozenset[str]) -> frozenset[str]:
    """What a resident's session may do in an app that was granted these."""
    return app & OF_RESIDENTS
