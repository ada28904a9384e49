"""One scan: what its code leads to, whether it is accepted, and what is written of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from db import card_bindings, cards, codes, pickups, printed_codes, scans, visits
from db.cards import Card
from db.codes import HandleKind
from db.institutions import Institution
from db.pickups import Pickup
from db.visits import Visit
from domain.enums import CardStatus, CareSetting, CareStep, ScanOutcome, TerminalKind
from domain.offline import status_at, used_until, was_revoked
from domain.reading import Code, CodeKind, open_code
from domain.refusals import AlreadyUsed, InvalidCode
from domain.scan import OFFLINE, ONLINE, Place, Scan, check_card, check_purpose, check_time, judge
from resolvers.transaction import Transaction

# What the handle in a code of each kind leads to. The image of a card is a static code with the card's own national id.
_LEADS_TO: Mapping[CodeKind, frozenset[HandleKind]] = MappingProxyType(
    {
        CodeKind.SIGNED: frozenset({HandleKind.CARD, HandleKind.PICKUP}),
        CodeKind.NATIONAL_DYNAMIC: frozenset({HandleKind.NATIONAL}),
        CodeKind.PRINTED: frozenset({HandleKind.PRINTED}),
        CodeKind.NATIONAL_STATIC: frozenset({HandleKind.NATIONAL, HandleKind.PRINTED}),
    }
)


@dataclass(frozen=True, slots=True)
class Scanning:
    """What a terminal says of a scan. `offline`: it had no network, and tells it later than `at`."""

    institution: Institution
    client_id: UUID
    department_id: UUID | None
    care_step: CareStep
    care_setting: CareSetting
    terminal_id: str
    terminal_kind: TerminalKind
    at: datetime
    offline: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The code that was shown, and what it leads to. `revoked_at`: of the printed code, where it is one, or of the `pickup`: what
    somebody else collects with it."""

    code: Code
    card: Card
    revoked_at: datetime | None
    pickup: Pickup | None = None


async def look_up(tx: Transaction, text: str, at: datetime | None = None) -> Shown:
    """What the code's text says, and whose card it was when it was shown; now where `at` is None. Raises InvalidCode."""
    tools = tx.tools
    code = open_code(text, tools.keys.public, tools.lookup, tools.national_key)
    handle = await codes.find_handle(tx.connection, code.handle)
    if handle is None or handle.kind not in _LEADS_TO[code.kind]:
        raise InvalidCode("code")
    card = await cards.find(tx.connection, handle.resident_id, handle.card_id)
    if card is None:
        raise InvalidCode("code")
    if handle.kind is HandleKind.PICKUP:
        pickup = await pickups.find(tx.connection, handle.resident_id, code.handle)
        if pickup is None:
            raise InvalidCode("code")
        return Shown(code, card, pickup.revoked_at, pickup)
    if card.temporary:
        card = await _real(tx, card, at or tx.now)
    if handle.printed_code_id is None:
        return Shown(code, card, None)
    printed = await printed_codes.find(tx.connection, handle.resident_id, handle.printed_code_id)
    if printed is None:
        raise InvalidCode("code")
    return Shown(code, card, printed.revoked_at)


async def _real(tx: Transaction, card: Card, at: datetime) -> Card:
    """The card to which a temporary one was bound at that time; the card itself where it was to none, or can be used no longer."""
    if card.status != CardStatus.ACTIVE:
        return card
    bound_to = await card_bindings.bound_to(tx.connection, card.resident_id, at)
    return card if bound_to is None else await cards.newest(tx.connection, bound_to) or card


async def check(tx: Transaction, scanning: Scanning, shown: Shown) -> None:
    """Returns when the scan is accepted, with the code used up. Raises the Refusal that says why it is not.

    A code is used by inserting its nonce, last of all: of scans at the same time one inserts it, and the others wait and find it.
    """
    code, card = shown.code, shown.card
    status = CardStatus(card.status)
    judge(
        Scan(
            code=code,
            at=scanning.at,
            skew=OFFLINE if scanning.offline else ONLINE,
            care_step=scanning.care_step,
            care_setting=scanning.care_setting,
            place=place_of(scanning.institution, shown.pickup),
            card_status=status_at(status, card.status_changed_at, scanning.at) if scanning.offline else status,
            revoked=was_revoked(shown.revoked_at, scanning.at) if scanning.offline else shown.revoked_at is not None,
        )
    )
    await _use_up(tx, shown, scanning.at)


def place_of(institution: Institution, pickup: Pickup | None = None) -> Place:
    """What the institution accepts: for a pickup nothing, unless it is where the medicine is."""
    is_there = pickup is None or pickup.pharmacy_id == institution.id
    steps = frozenset(map(CareStep, institution.care_steps)) if is_there else frozenset()
    return Place(steps, institution.accepts_outpatient, institution.accepts_inpatient)


async def check_payer(tx: Transaction, shown: Shown) -> None:
    """The same for an app that scans to be paid: there is no institution that might not accept the card."""
    check_time(shown.code, tx.now)
    check_purpose(shown.code.purpose, CareStep.PAY)
    check_card(CardStatus(shown.card.status), shown.revoked_at is not None)
    await _use_up(tx, shown, tx.now)


async def _use_up(tx: Transaction, shown: Shown, at: datetime) -> None:
    code = shown.code
    if code.nonce is not None and code.expires is not None:
        kept = used_until(code.expires)
        if not await codes.use(tx.connection, code.nonce, shown.card.resident_id, at, kept):
            raise AlreadyUsed("code")


async def open_visit(tx: Transaction, scanning: Scanning, card: Card, pickup: Pickup | None = None) -> Visit:
    """The visit that an accepted scan opens, or that begins with a card. `pickup`: what somebody else came for."""
    visit = Visit(
        resident_id=card.resident_id,
        id=tx.new_id(),
        card_id=card.id,
        institution_id=scanning.institution.id,
        department_id=scanning.department_id,
        client_id=scanning.client_id,
        care_step=scanning.care_step,
        care_setting=scanning.care_setting,
        terminal_id=scanning.terminal_id,
        terminal_kind=scanning.terminal_kind,
        opened_at=scanning.at,
        expires_at=scanning.at + tx.tools.visit_length,
        delegate_name=None if pickup is None else pickup.delegate_name,
        prescription_id=None if pickup is None else pickup.prescription_id,
    )
    await visits.insert(tx.connection, visit)
    return visit


async def write(tx: Transaction, scanning: Scanning, shown: Shown, outcome: ScanOutcome, visit: Visit | None) -> None:
    """The row that shows the resident where their card was scanned, and what it came to."""
    row = scans.Scan(
        resident_id=shown.card.resident_id,
        id=tx.new_id(),
        card_id=shown.card.id,
        institution_id=scanning.institution.id,
        visit_id=None if visit is None else visit.id,
        care_step=scanning.care_step,
        care_setting=scanning.care_setting,
        purpose=shown.code.purpose,
        outcome=outcome,
        terminal_id=scanning.terminal_id,
        terminal_kind=scanning.terminal_kind,
        scanned_at=scanning.at,
        offline=scanning.offline,
    )
    await scans.insert(tx.connection, row)
