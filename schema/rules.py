"""Who may read what of a resident: the predicates that the types' rules are made of.

`{owner}` is the resident, `{viewer.…}` the asking, `{through}` the visit that the path came through. A carer's scopes, a visit and
its step are read in the statement itself, so a carer who was removed, or a visit that has ended, reads nothing from the next
request on. Below a visit that one alone counts, as though the resident were here for nothing else.
"""

from domain.enums import CareScope, CareStep, HealthRecordKind
from plans.mapping import Own, Rule

# What each care step needs of the identity: the window that registers checks the document, who treats needs age and sex.
TREATING = (CareStep.REGISTER, CareStep.DIAGNOSE, CareStep.EXAMINE, CareStep.PRESCRIBE, CareStep.SURGERY)
REGISTERING = (CareStep.REGISTER,)
PAYING = (CareStep.PAY,)
COLLECTING = (CareStep.COLLECT_MEDICINE,)


def cares_for(scope: CareScope | None = None) -> str:
    """The viewer cares for the resident, with this scope."""
    scoped = f" and '{scope}' = any(k.scopes)" if scope else ""
    return (
        "exists (select from public.carer k where k.resident_id = {owner} and k.carer_id = {viewer.resident_id}"
        f"{scoped} and (k.expires_at is null or k.expires_at > now()))"
    )


def step_is(alias: str, steps: tuple[CareStep, ...]) -> str:
    return f"{alias}.care_step in ({', '.join(repr(str(step)) for step in steps)})"


def visits(steps: tuple[CareStep, ...] = ()) -> str:
    """The resident has an open visit at the viewer's institution, for one of these steps."""
    narrowed = f" and {step_is('w', steps)}" if steps else ""
    return (
        "exists (select from public.visit w where w.resident_id = {owner}{through:w.id}"
        " and w.institution_id = {viewer.institution_id} and w.expires_at > now()" + narrowed + ")"
    )


def apart(condition: str) -> str:
    """What counts only where no visit led here."""
    return f"({{through}} is null and {condition})"


def is_inpatient() -> str:
    """The resident lies at the viewer's institution."""
    return apart(
        "exists (select from public.admission o where o.resident_id = {owner}"
        " and o.institution_id = {viewer.institution_id} and o.status = 'ADMITTED')"
    )


def treats(steps: tuple[CareStep, ...]) -> str:
    """A visit for one of these steps, or a stay."""
    return either(visits(steps), is_inpatient())


# Midnight in Asia/Shanghai, written so that the index by time answers it.
TODAY = "date_trunc('day', now(), 'Asia/Shanghai')"
TOMORROW = f"({TODAY} + interval '1 day')"


def is_open_to() -> str:
    """The resident has opened something of the health record to the viewer's institution, and has not taken it back."""
    return (
        "exists (select from public.consent f where f.resident_id = {owner} and f.institution_id = {viewer.institution_id}"
        " and f.revoked_at is null and f.expires_at > now())"
    )


def is_expected() -> str:
    """The resident has an appointment at the viewer's institution, today or later, that was neither cancelled nor missed."""
    return (
        "exists (select from public.appointment b where b.resident_id = {owner}"
        f" and b.starts_at >= {TODAY} and b.institution_id = {{viewer.institution_id}}"
        " and b.status in ('BOOKED', 'CHECKED_IN', 'COMPLETED'))"
    )


def is_waited_for() -> str:
    """There is something to be handed out to the resident at the viewer's institution."""
    return (
        "exists (select from public.prescription m where m.resident_id = {owner} and m.pharmacy_id = {viewer.institution_id}"
        " and m.status in ('ISSUED', 'READY', 'PARTLY_DISPENSED') and m.expires_at > now())"
    )


def is_signed() -> str:
    """The resident has a family doctor at the viewer's institution, or asks for one."""
    return (
        "exists (select from public.family_doctor_agreement q where q.resident_id = {owner}"
        " and q.institution_id = {viewer.institution_id} and q.status in ('REQUESTED', 'ACTIVE'))"
    )


def either(*conditions: str) -> str:
    return f"({' or '.join(conditions)})"


def own(scope: CareScope) -> Rule:
    """The resident's own, and their carers' with the scope; nobody else's."""
    return Rule({"RESIDENT": Own(cares_for(scope))})


EVERYONE = Rule({"ANONYMOUS": "true", "RESIDENT": "true", "APP": "true", "INSTITUTION": "true"})
INSTITUTION = Rule(EVERYONE.rows, {"INSTITUTION": {"email": "{t}.key = {viewer.institution_id}"}})
NOBODY_ELSE = Rule({"RESIDENT": Own()})
NOBODY = Rule({})  # of what has no rows of its own
OPERATORS = Rule({"APP": "true"})  # with the scope that the type asks for
CLIENT_ITSELF = Rule(
    {
        "APP": "({t}.key = {viewer.client_id} or {viewer.is_operator})",
        "INSTITUTION": "{t}.key = {viewer.client_id}",
    }
)

# Who is expected, waited for, or has opened their record, is called by name; sex and birth date of who is expected, or has a family
# doctor here, tell people of one name apart. Numbers and phone wait for the visit.
RESIDENT = Rule(
    rows={
        "RESIDENT": Own(cares_for()),
        "INSTITUTION": either(is_expected(), visits(), is_waited_for(), is_open_to(), is_inpatient(), is_signed()),
    },
    fields={
        "RESIDENT": {
            name: Own(cares_for(CareScope.CARD))
            for name in ("sex", "birthDate", "documentType", "documentNumberMasked", "socialSecurityNumberMasked", "phoneMasked")
        },
        "INSTITUTION": {
            "sex": either(apart(either(is_expected(), is_signed())), treats(TREATING)),
            "birthDate": either(apart(either(is_expected(), is_signed())), treats(TREATING)),
            "documentType": visits(REGISTERING),
            "documentNumberMasked": visits(REGISTERING),
            "socialSecurityNumberMasked": visits(REGISTERING),
            "phoneMasked": visits(REGISTERING),
        },
    },
)

# An appointment needs no number, not even during a visit: whoever may read numbers has the visit to read them through.
_NOT_FOR_INSTITUTIONS = "{viewer.institution_id}::uuid is null"
RESIDENT_OF_APPOINTMENT = {
    name: _NOT_FOR_INSTITUTIONS for name in ("documentType", "documentNumberMasked", "socialSecurityNumberMasked", "phoneMasked")
}

APPOINTMENT = Rule(
    rows={"RESIDENT": Own(cares_for(CareScope.APPOINTMENTS)), "INSTITUTION": "{t}.institution_id = {viewer.institution_id}"},
    fields={"RESIDENT": {"reason": Own()}},
)
WAITLIST = own(CareScope.APPOINTMENTS)
CARD = Rule({"RESIDENT": Own(cares_for(CareScope.CARD)), "INSTITUTION": visits()})
CARER = own(CareScope.CARD)
# The person whose card it became reads of it also when it was undone.
CARD_BINDING = Rule(
    {
        "RESIDENT": Own(either("{t}.bound_to = {viewer.resident_id}", cares_for(CareScope.CARD))),
        "INSTITUTION": "{t}.institution_id = {viewer.institution_id}",
        "APP": "{viewer.is_operator}",
    }
)
VISIT = Rule({"INSTITUTION": "{t}.institution_id = {viewer.institution_id}"})
OFFLINE_SCAN = Rule({"INSTITUTION": "{t}.institution_id = {viewer.institution_id}"})

# What a payment app carries, whoever started it.
_METHOD_OF_APP = (
    "(select case a.kind when 'WECHAT' then 'WECHAT_PAY' when 'ALIPAY' then 'ALIPAY' when 'UNIONPAY' then 'UNIONPAY'"
    " when 'BANK' then 'BANK' end from public.app a where a.id = {viewer.app_id})"
)
OF_PAYMENT_APP = "({t}.app_id = {viewer.app_id} or {t}.method = " + _METHOD_OF_APP + ")"
PAYMENT = Rule(
    {
        "RESIDENT": Own(cares_for(CareScope.BILLS)),
        "INSTITUTION": "{t}.institution_id = {viewer.institution_id}",
        "APP": OF_PAYMENT_APP,
    }
)
SETTLEMENT = Rule(
    {
        "INSTITUTION": "{t}.institution_id = {viewer.institution_id}",
        "APP": "({viewer.is_operator} or {t}.method = " + _METHOD_OF_APP + ")",
    }
)
PART_OF_SETTLEMENT = Rule({"INSTITUTION": "true", "APP": "true"})  # it is read through one alone

# With a PAY code that it scanned the app sees what is open for a while; else what its payments are for.
_SCANNED = (
    "exists (select from public.pay_permission m where m.resident_id = {owner} and m.app_id = {viewer.app_id}"
    " and m.expires_at > now())"
)
_PAID_BY_APP = (
    "exists (select from public.payment_bill x join public.payment y on y.resident_id = {owner} and y.id = x.payment_id"
    " where x.resident_id = {owner} and x.bill_id = {t}.key and " + OF_PAYMENT_APP.replace("{t}", "y") + ")"
)
# A pharmacy must know whether what it is to hand out is paid, whoever issued the bill.
_COLLECTED_HERE = (
    "exists (select from public.prescription n where n.resident_id = {owner} and n.bill_id = {t}.key"
    " and n.pharmacy_id = {viewer.institution_id})"
)
BILL = Rule(
    rows={
        "RESIDENT": Own(cares_for(CareScope.BILLS)),
        "INSTITUTION": either("{t}.institution_id = {viewer.institution_id}", _COLLECTED_HERE),
        "APP": f"({{t}}.status = 'UNPAID' and {_SCANNED} or {_PAID_BY_APP})",
    },
    fields={"APP": {"kind": "false", "careSetting": "false", "cancelReason": "false"}},
)
BILL_ITEM = Rule({"RESIDENT": Own(cares_for(CareScope.BILLS)), "INSTITUTION": "{t}.institution_id = {viewer.institution_id}"})
PAYER = Rule({"APP": _SCANNED})
# A bill needs the name alone.
RESIDENT_OF_BILL = {name: _NOT_FOR_INSTITUTIONS for name in ("sex", "birthDate", *RESIDENT_OF_APPOINTMENT)}

AGREEMENT = Rule(
    {"RESIDENT": Own(cares_for(CareScope.FAMILY_DOCTOR)), "INSTITUTION": "{t}.institution_id = {viewer.institution_id}"}
)

# An institution sees what was opened to it, also when that is over.
CONSENT = Rule({"RESIDENT": Own(cares_for(CareScope.RECORDS)), "INSTITUTION": "{t}.institution_id = {viewer.institution_id}"})
ACCESS_LOG = own(CareScope.RECORDS)

# ---------------------------------------------------------------- the health record
# docs/reference/health-record.md says it in a table. Each view of an entry has `institution_id`, who wrote it, and `occurred_at`.

SAFELY = (CareStep.DIAGNOSE, CareStep.PRESCRIBE, CareStep.SURGERY)
_CARERS = {HealthRecordKind.REPORT: CareScope.REPORTS, HealthRecordKind.PRESCRIPTION: CareScope.PRESCRIPTIONS}
_SCOPES = {kind: _CARERS.get(kind, CareScope.RECORDS) for kind in HealthRecordKind}
# What treating safely needs, whoever wrote it.
NEEDED = (HealthRecordKind.ALLERGY, HealthRecordKind.CONDITION, HealthRecordKind.IMMUNIZATION)
_WROTE = "{t}.institution_id = {viewer.institution_id}"
_DISPENSES = "{t}.pharmacy_id = {viewer.institution_id}"
_EMERGENCY = (
    "exists (select from public.visit g where g.resident_id = {owner} and g.institution_id = {viewer.institution_id}"
    "{through:g.id} and g.expires_at > now() and g.break_glass)"
)


def opens(kind: str) -> str:
    """The same of entries of this kind (SQL) and day."""
    return (
        is_open_to()[:-1] + f" and {kind} = any(f.kinds)"
        " and (f.from_day is null or {t}.occurred_at >= f.from_day::timestamp at time zone 'Asia/Shanghai')"
        " and (f.to_day is null or {t}.occurred_at < (f.to_day + 1)::timestamp at time zone 'Asia/Shanghai'))"
    )


def reads_record(kind: str, *also: str) -> str:
    """An institution reads what it wrote, what a consent opens, and everything in an emergency. Whether there is a visit, or a
    consent at all, is asked once for all rows."""
    return either(_WROTE, *also, _EMERGENCY, f"({is_open_to()} and {opens(kind)})")


def record(kind: HealthRecordKind, needed: str | None = None, pharmacy: bool = False) -> Rule:
    """Entries of the health record of one kind. `needed`: which rows treating safely needs to know, whoever wrote them; `pharmacy`:
    whether the view's `pharmacy_id` reads them as who wrote them does."""
    also = [_DISPENSES] if pharmacy else []
    if kind in NEEDED:
        also.append(treats(SAFELY))
    elif needed:
        also.append(f"({treats(SAFELY)} and {needed})")
    return Rule({"RESIDENT": Own(cares_for(_SCOPES[kind])), "INSTITUTION": reads_record(f"'{kind}'", *also)})


def _cares_for_kind() -> str:
    """The same over the kinds of the timeline."""
    of_scope: dict[CareScope, list[str]] = {}
    for kind, scope in _SCOPES.items():
        of_scope.setdefault(scope, []).append(f"'{kind}'")
    return either(*(f"({{t}}.kind in ({', '.join(kinds)}) and {cares_for(scope)})" for scope, kinds in of_scope.items()))


# Of the timeline's rows, all kinds at once; the type's own rule holds behind it.
HEALTH_RECORD = Rule(
    {
        "RESIDENT": Own(_cares_for_kind()),
        "INSTITUTION": reads_record("{t}.kind", _DISPENSES, f"({treats(SAFELY)} and {{t}}.needed)"),
    }
)
# Blood type too is what treating safely needs. What the lists of the summary show, their types' rules say.
HEALTH_SUMMARY = Rule(
    rows={"RESIDENT": Own(cares_for(CareScope.RECORDS)), "INSTITUTION": either(_WROTE, visits(), is_inpatient(), is_open_to())},
    fields={"INSTITUTION": {"bloodType": either(_WROTE, treats(SAFELY), _EMERGENCY)}},
)
# Of a stay in hospital the money is for who may read its bills.
INPATIENT_CHARGE = BILL_ITEM
ADMISSION = Rule(
    rows=record(HealthRecordKind.ADMISSION).rows,
    fields={
        "RESIDENT": {name: Own(cares_for(CareScope.BILLS)) for name in ("balance", "depositLow")},
        "INSTITUTION": {name: _WROTE for name in ("balance", "depositLow")},
    },
)
