"""`ecard …`: everything is started here. Nothing is imported before the Python is known to be right."""

import sys
from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "up": "start everything with the demo city, until Ctrl-C",
    "web": "serve GraphQL and the pages",
    "worker": "carry out the jobs that changes leave",
    "simulate": "stand in for the payment providers, in development",
    "migrate": "bring the database up to date",
    "demo": "load the demo city, or a large one, into a database",
    "schema": "print the schema, or check the committed one",
    "client": "create, rotate and list credentials of apps and institutions",
    "new-vapid-key": "create a key for web push",
    "doctor": "check database, migrations, Redis, worker, clock and keys",
    "tour": "walk the journey of a card against a running server",
    "settle": "compare a day with a payment provider's statement",
    "verify-log": "prove that the access log is whole",
    "verify-draw": "repeat the draw of places that returned",
    "verify-ledger": "prove that bills, payments and refunds are as the ledger says",
}
OLDEST, TOO_NEW = (3, 11), (3, 13)


def main() -> None:
    """The program `ecard`."""
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        found = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(f"This program runs on Python 3.11 or 3.12, and this is Python {found}: install one of them, then `make up`.")
    from ecard.commands import group

    group(COMMANDS)()
