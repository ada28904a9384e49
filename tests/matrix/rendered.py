"""The table for people: `python -m tests.matrix.rendered > docs/reference/access.md`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from domain.enums import CareScope
from tests.matrix.deeds import APPS, EACH_FOR_THEMSELVES, HOSPITALS, INSTITUTIONS, ONESELF, PAYMENT_APPS, RESIDENTS, Deed
from tests.matrix.lines import ANY, NOBODY, Entry, Line
from tests.matrix.table import FILES, TYPES, WAYS

HEAD = """# Who may read and change what

The tests ask for every field, on every way, as everybody who could, and try every change, by the table on this page.
A resident reads everything of their own, but for what says otherwise. Of others:

- **Carers** need the scope that stands here; "any" is whoever cares for the person. What a scope does not cover is null or left out
  on every way, and refused with `FORBIDDEN` where it is to be changed. Who cares no longer is a stranger from the next request on,
  for whom there is no such resident (`NOT_FOUND`), whether the care was ended or its day has come.
- **Institutions and apps** need one of the reasons that stand here, each of which is about this row and this moment.
- **Scopes of clients** are of the session, the institution or the app: one set between commas, all of it. A field that they do not
  cover is refused before anything runs.
- Below a visit that visit alone counts: no other visit, no stay, no appointment and no family doctor.

## What the reasons are

| reason | what it is |
|---|---|
"""
MEANINGS = {
    "wrote it": "It was written, issued or booked at this institution, or given to it.",
    "its own": "It is the institution itself, or the client that asks.",
    "has them here": "There is an open visit, for whatever step.",
    "treats them": "An open visit to register, diagnose, examine, prescribe or operate.",
    "registers them": "An open visit to register.",
    "treats safely": "An open visit to diagnose, prescribe or operate.",
    "treats safely what is in use": "The same, of medicine that is being taken.",
    "has them in bed": "They lie here as an inpatient.",
    "has them in bed, and it is in use": "The same, of medicine that is being taken.",
    "emergency": "An open visit in which the glass was broken.",
    "it is open": "The visit has not ended.",
    "it is open to REGISTER": "The same, and it is to register.",
    "it is open to PAY": "The same, and it is to pay.",
    "it is open to COLLECT_MEDICINE": "The same, and it is to collect medicine.",
    "expects them": "An appointment here, today or later, that was neither cancelled nor missed.",
    "signed them": "An agreement with a family doctor here stands or is asked for.",
    "something waits here": "A prescription can be collected here.",
    "was let in": "A consent to this institution stands, of whatever kind.",
    "was shown it": "A consent of this kind and day stands.",
    "hands it out": "The prescription is to be collected here.",
    "hands out what it is for": "The bill is for a prescription that is to be collected here.",
    "scanned a PAY code": "The app was shown a PAY code a moment ago.",
    "may pay it": "The same, and the bill is open.",
    "carries it": "The app has started the payment, or is of its provider.",
    "carries a payment of it": "The same, of a payment for the bill.",
    "carries its method": "The app is of the provider whose day it is.",
    "it was bound to them": "The temporary card turned out to be theirs.",
    "operates the platform": "The operator.",
    "scopes alone": "Whoever has the scopes.",
}
BETWEEN = """
## Reading

Fields that are not listed are seen by whoever sees the row. Of types that everyone reads only such fields are listed.

| what | carers | institutions, apps and others | scopes of clients |
|---|---|---|---|
"""
CHANGING = """
## Changing

| mutation | who |
|---|---|
"""
ACTORS = {
    ONESELF: "the resident alone",
    EACH_FOR_THEMSELVES: "each resident, for themselves",
    INSTITUTIONS: "institutions",
    PAYMENT_APPS: "payment apps",
    "hospital": "the institution whose it is",
    "pharmacy": "the pharmacy that hands it out",
    "payment app": "the app that carries it",
    "operator": "the operator",
}


def reference() -> str:
    """The whole page."""
    meanings = [f"| {reason} | {meaning} |\n" for reason, meaning in MEANINGS.items()]
    reading = [row for name, entry in TYPES.items() if name not in ("File", "HealthRecordEntry") for row in rows(name, entry)]
    scopes = TYPES["File"].rows.scopes
    files = [row_of(f"`File` of the kind `{kind}`", replace(line, scopes=scopes), "") for kind, line in FILES.items()]
    ways = [
        f"- `{way}`: the name{', sex and birth date' if shown else ' alone'}, whatever the institution may read otherwise.\n"
        for way, shown in WAYS.items()
    ]
    said = "\nOn these ways institutions read of the identity at most:\n\n" + "".join(ways)
    changing = [f"| `{deed.name}` | {who(deed)} |\n" for deed in (*RESIDENTS, *HOSPITALS, *APPS)]
    return HEAD + "".join(meanings) + BETWEEN + "".join(reading) + "".join(files) + said + CHANGING + "".join(changing)


def rows(name: str, entry: Entry) -> Iterator[str]:
    """The type's line, and those of fields of which something is to be said."""
    if not entry.rows.everyone:
        yield row_of(f"`{name}`", entry.rows, "")
    for fields, line in entry.fields.items():
        if line != Line():
            unsaid = "everyone" if entry.rows.everyone else "as the row"
            yield row_of(" ".join(f"`{name}.{field}`" for field in fields.split()), line, unsaid)


def row_of(what: str, line: Line, unsaid: str) -> str:
    """One row of the table."""
    nobody = "nobody" if unsaid else ""
    carers = {None: unsaid or "nobody", NOBODY: "nobody", ANY: "any"}.get(line.carers, f"`{line.carers}`")
    reasons = [reason for some in (line.institutions, line.apps, line.others) for reason in some or ()]
    hidden = [kind for kind, some in (("institutions", line.institutions), ("apps", line.apps)) if nobody and some == ()]
    told = ", ".join([*dict.fromkeys(reasons), *(f"no {kind}" for kind in hidden)]) or unsaid
    scopes = ", ".join(f"`{every}`" if every else "a sign-in" for every in line.scopes or ())
    return f"| {what} | {carers if line.residents else 'nobody'} | {told} | {scopes} |\n"


def who(deed: Deed) -> str:
    """Who alone is not refused."""
    first = f"the resident, carers with `{deed.by}`" if deed.by in tuple(CareScope) else ACTORS[deed.by]
    return ", ".join([first, *(ACTORS[other] for other in deed.also)])


def unexplained(reasons: Iterable[str]) -> set[str]:
    """Reasons of which the page does not say what they are."""
    return set(reasons) - MEANINGS.keys()


if __name__ == "__main__":
    print(reference(), end="")
