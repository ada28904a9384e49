"""Who may read what of a resident: the predicates that the types' rules are made of.

`{owner}` is the resident, `{viewer.…}` the asking. A carer's scopes, a visit and its step are read in the statement itself, so a
carer who was removed, or a visit that has ended, reads nothing from the next request on.
"""

from domain.enums import CareScope, CareStep
from plans.mapping import Own, Rule

# What each care step needs of the identity: the window that registers checks the document, who treats needs age and sex.
TREATING = (CareStep.REGISTER, CareStep.DIAGNOSE, CareStep.EXAMINE, CareStep.PRESCRIBE, CareStep.SURGERY)
REGISTERING = (CareStep.REGISTER,)


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
        "exists (select from public.visit w where w.resident_id = {owner}"
        " and w.institution_id = {viewer.institution_id} and w.expires_at > now()" + narrowed + ")"
    )


def own(scope: CareScope) -> Rule:
    """The resident's own, and their carers' with the scope; nobody else's."""
    return Rule({"RESIDENT": Own(cares_for(scope))})


EVERYONE = Rule({"ANONYMOUS": "true", "RESIDENT": "true", "APP": "true", "INSTITUTION": "true"})
NOBODY_ELSE = Rule({"RESIDENT": Own()})
OPERATORS = Rule({"APP": "true"})  # with the scope that the type asks for
CLIENT_ITSELF = Rule(
    {
        "APP": "({t}.key = {viewer.client_id} or {viewer.is_operator})",
        "INSTITUTION": "{t}.key = {viewer.client_id}",
    }
)

RESIDENT = Rule(
    rows={"RESIDENT": Own(cares_for()), "INSTITUTION": visits()},
    fields={
        "RESIDENT": {
            name: Own(cares_for(CareScope.CARD))
            for name in ("sex", "birthDate", "documentType", "documentNumberMasked", "socialSecurityNumberMasked", "phoneMasked")
        },
        "INSTITUTION": {
            "sex": visits(TREATING),
            "birthDate": visits(TREATING),
            "documentType": visits(REGISTERING),
            "documentNumberMasked": visits(REGISTERING),
            "socialSecurityNumberMasked": visits(REGISTERING),
            "phoneMasked": visits(REGISTERING),
        },
    },
)

# The same, narrowed to the step of the visit that leads there.
RESIDENT_OF_VISIT = {
    "sex": step_is("{p}", TREATING),
    "birthDate": step_is("{p}", TREATING),
    "documentType": step_is("{p}", REGISTERING),
    "documentNumberMasked": step_is("{p}", REGISTERING),
    "socialSecurityNumberMasked": step_is("{p}", REGISTERING),
    "phoneMasked": step_is("{p}", REGISTERING),
}

CARD = Rule({"RESIDENT": Own(cares_for(CareScope.CARD)), "INSTITUTION": visits()})
VISIT = Rule({"INSTITUTION": "{t}.institution_id = {viewer.institution_id}"})
OFFLINE_SCAN = Rule({"INSTITUTION": "{t}.institution_id = {viewer.institution_id}"})
