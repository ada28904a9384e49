"""What may be granted to whom. A field in the schema says which scopes it needs."""

OF_RESIDENTS = frozenset({"card:read", "card:write"})
"""Of residents' sessions: those that the app was granted."""

OF_INSTITUTIONS = frozenset({"visit:read", "visit:write", "directory:write"})
"""Of an institution's credentials."""


def of_session(app: frozenset[str]) -> frozenset[str]:
    """What a resident's session may do in an app that was granted these."""
    return app & OF_RESIDENTS
