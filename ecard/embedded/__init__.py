"""The embedded default: PostgreSQL and Redis as children of the program, on sockets, under one folder.

The server programs come as wheels. Production points the same two URLs at real servers and never comes here.
"""

from ecard.embedded.errors import EmbeddedError
from ecard.embedded.servers import EmbeddedServers, throwaway_servers

__all__ = ["EmbeddedError", "EmbeddedServers", "throwaway_servers"]
