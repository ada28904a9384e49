"""How ids, cursors and times are written, stated for the proof once more."""

import base64
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
LETTERS = {
    "Resident": "R", "FamilyMember": "M", "Carer": "k", "Session": "S", "Card": "C", "File": "F", "PrintedCode": "P", "Scan": "N",
    "Visit": "V",
    "Institution": "I", "Department": "D", "App": "A", "Client": "L", "FailedJob": "J",
    "Doctor": "H", "Slot": "T", "Appointment": "B", "Bill": "G", "Payment": "Y", "Refund": "U", "WaitlistEntry": "W",
    "Encounter": "e", "Condition": "d", "Allergy": "a", "Immunization": "m", "Admission": "n", "InpatientCharge": "h",
    "Prescription": "p", "PrescriptionItem": "i", "Dispensing": "s",
    "FamilyDoctorTeam": "t", "FamilyDoctorPackage": "b", "FamilyDoctorAgreement": "f",
    "Consent": "c", "AccessLogEntry": "g",
    "CardBinding": "y",
    "Report": "r", "Observation": "o", "ReportLink": "l",
    "Notification": "w", "Device": "v",
    "PlaceReturn": "E", "Settlement": "Z", "Discrepancy": "X",
}  # fmt: skip
TYPES = {letter: name for name, letter in LETTERS.items()}


def public_id(type_name: str, id: UUID, resident_id: UUID | None = None) -> str:
    """A letter, the resident or a zero byte, the row: 33 or 18 bytes, so that base64 needs no padding."""
    middle = b"\0" if resident_id is None or type_name == "Resident" else resident_id.bytes
    return base64.urlsafe_b64encode(LETTERS[type_name].encode() + middle + id.bytes).decode()


def type_of(text: str) -> str | None:
    """The type that an id names, or None where the text is no id."""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except ValueError:
        return None
    return TYPES.get(raw[:1].decode("latin-1")) if len(raw) == 33 or (len(raw) == 18 and raw[1] == 0) else None


def shown(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI)
        return f"{local:%Y-%m-%dT%H:%M:%S}{fraction(local)}+08:00"
    return value.isoformat() if isinstance(value, date) else value


def checked_day(value: Any) -> str:
    """A Date as it was given. Raises ValueError for what is none."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("A Date is written as 2026-11-23.")
    date.fromisoformat(value)
    return value


def checked_moment(value: Any) -> str:
    """A DateTime as it was given. Raises ValueError for what is none."""
    if not isinstance(value, str):
        raise ValueError("A DateTime is a string.")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value):
        raise ValueError("A time is written as 2026-11-23T09:30:00+08:00.")
    return value


def fraction(moment: datetime) -> str:
    return f".{moment.microsecond:06}".rstrip("0") if moment.microsecond else ""


def cursor(*values: datetime | UUID | str | int) -> str:
    """A row's place: the values of its order, as PostgreSQL writes them, in a list."""
    texts = []
    for value in values:
        local = value.astimezone(SHANGHAI) if isinstance(value, datetime) else None
        texts.append(f"{local:%Y-%m-%d %H:%M:%S}{fraction(local)}+08" if local else str(value))
    return base64.urlsafe_b64encode(json.dumps(texts, ensure_ascii=False).encode()).decode().rstrip("=")


def place(text: str, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    """What a cursor says. Raises ValueError when it is none of that list."""
    values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    if not isinstance(values, list) or len(values) != len(kinds):
        raise ValueError(text)
    days: dict[type, Callable[[str], Any]] = {datetime: datetime.fromisoformat, date: date.fromisoformat}
    readers: dict[type, Callable[[str], Any]] = {**days, UUID: UUID, str: str, int: int}
    return tuple(readers[kind](value) for kind, value in zip(kinds, values, strict=True))
