"""The card: its number, its handles, and which states it moves between."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from stdnum import luhn

from domain.codes import HANDLE_BYTES
from domain.enums import CardStatus
from domain.ids import Random
from domain.limits import Limit
from domain.national import CARD_ID_BYTES
from domain.refusals import CardSuspended, WrongState

# ACTIVE and SUSPENDED change into each other; REPLACED and CLOSED are ends.
_MOVES: Mapping[CardStatus, frozenset[CardStatus]] = MappingProxyType(
    {
        CardStatus.ACTIVE: frozenset({CardStatus.SUSPENDED, CardStatus.REPLACED, CardStatus.CLOSED}),
        CardStatus.SUSPENDED: frozenset({CardStatus.ACTIVE, CardStatus.REPLACED, CardStatus.CLOSED}),
        CardStatus.REPLACED: frozenset(),
        CardStatus.CLOSED: frozenset(),
    }
)

MAKING_LIMITS = (Limit(timedelta(hours=1), 10), Limit(timedelta(days=1), 30))
"""How often a resident's card may be printed or replaced, their record exported, and somebody added to whom they care for: each
leaves files behind, and takes a worker's time or the registry's."""


def new_number(random: Random) -> str:
    """Sixteen digits for people to read out: fifteen at random, never a zero first, and the check digit of Luhn."""
    first15 = str(10**14 + int.from_bytes(random(16)) % (9 * 10**14))
    return first15 + luhn.calc_check_digit(first15)


def new_handle(random: Random) -> bytes:
    """What a code of ours carries of a card or a print: 16 random bytes."""
    return random(HANDLE_BYTES)


def new_national_id(random: Random) -> bytes:
    """What a code of the national form carries: 32 random bytes."""
    return random(CARD_ID_BYTES)


def must_move(status: CardStatus, to: CardStatus) -> bool:
    """Whether the card has to move there: not when it is there already, since asking again is no refusal. Raises WrongState
    when it cannot."""
    if status is to:
        return False
    if to not in _MOVES[status]:
        raise WrongState
    return True


def check_can_be_shown(status: CardStatus) -> None:
    """Raises CardSuspended or WrongState when no code of the card may be shown or printed."""
    if status is CardStatus.SUSPENDED:
        raise CardSuspended
    if status is not CardStatus.ACTIVE:
        raise WrongState
