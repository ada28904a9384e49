"""The settings of a demo's processes, as their environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from ecard.demo.secrets import demo_secrets
from ecard.launch.places import CITY, MESSAGES, REGISTRY, SMS
from ecard.settings import PREFIX
from ecard.simulators.keys import demo_keys, payment_settings

HOST = "127.0.0.1"
# One machine acts as hundreds of residents, hospitals and apps. Who looks at a waiting list wants to see it move.
PATIENCE = {
    "ECARD_PLACE_RETURN_MINUTES_MIN": "0",
    "ECARD_PLACE_RETURN_MINUTES_MAX": "0.5",
    "ECARD_LIMIT_REQUESTS_ANONYMOUS": "100000",
    "ECARD_LIMIT_REQUESTS_RESIDENT": "100000",
    "ECARD_LIMIT_REQUESTS_APP": "1000000",
    "ECARD_LIMIT_REQUESTS_INSTITUTION": "1000000",
}


def demo_environment(folder: Path, database_url: str, redis_url: str, port: int, simulators: str) -> dict[str, str]:
    """The environment of the demo in `folder`. None of the caller's own settings reaches it. `simulators`: the address under which
    the payment providers are."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    payments = payment_settings(demo_keys(folder), simulators)
    return {**inherited, **PATIENCE, **demo_secrets(folder), **payments, **_addresses(folder, database_url, redis_url, port)}


def _addresses(folder: Path, database_url: str, redis_url: str, port: int) -> Mapping[str, str]:
    return {
        "ECARD_ENVIRONMENT": "development",
        "ECARD_PUBLIC_URL": f"http://{HOST}:{port}",
        "ECARD_HOST": HOST,
        "ECARD_PORT": str(port),
        "ECARD_DATABASE_URL": database_url,
        "ECARD_REDIS_URL": redis_url,
        "ECARD_IDENTITY_FILE": str(folder / REGISTRY),
        "ECARD_SMS_FILE": str(folder / SMS),
        "ECARD_MESSAGES_FILE": str(folder / MESSAGES),
        "ECARD_OPERATOR_EMAIL": "operator@ecard.example",
        "ECARD_DEMO_FILE": str(folder / CITY),
    }
