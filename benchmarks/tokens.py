"""Access tokens of the residents who ask, as their sessions would have given them; they last for a whole run."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from benchmarks.city import Asker
from domain.scopes import OF_RESIDENTS
from domain.tokens import AccessToken, AccessTokens
from domain.viewer import ViewerKind
from ecard.app import utc_now
from ecard.settings import read_settings
from ecard.tools import key_set

LIFE = timedelta(hours=6)


def mint(environment: Mapping[str, str], askers: Iterable[Asker]) -> list[str]:
    """One for each. `environment`: the settings of the platforms that are to accept them."""
    settings = read_settings(environment)
    tokens = AccessTokens(key_set(settings), settings.public_url)
    now = utc_now().replace(microsecond=0)
    return [
        tokens.issue(
            AccessToken(ViewerKind.RESIDENT, asker.resident_id, asker.app_id, asker.session_id, OF_RESIDENTS, now, now + LIFE)
        )
        for asker in askers
    ]
