"""How GraphQL travels: HTTP, server-sent events and WebSocket, against an Engine that answers."""
