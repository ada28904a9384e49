"""One institution, two visits of one resident: each path shows what its own visit needs, and is logged for that visit's step."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from plans.plan import Source
from schema import build
from tests.plans.reading.city import VIEWERS
from tests.plans.reading.generate import Asked
from tests.plans.reading.sabotage import Sabotage, blinded
from tests.plans.reading.texts import public_id
from tests.plans.reading.ways import Bench
from tests.plans.test_reading_three_ways import agree

SCHEMA = build.build()
SOURCE = Source(build.graphql_schema(SCHEMA), build.mapping(SCHEMA))
HOSPITALS = ("institution with two visits", "institution with one visit")

# Whatever hangs on a visit and asks for one.
EVERYTHING = """
query($id: ID!) {
  node(id: $id) {
    ... on Visit {
      careStep
      card { number holder { id sex birthDate } }
      appointments { id resident { sex documentType } }
      bills { id resident { sex documentType } }
      prescriptions { id resident { sex documentType } }
      resident {
        id fullName sex birthDate documentType documentNumberMasked socialSecurityNumberMasked phoneMasked
        card { number }
        bills { totalCount nodes { id items { name } } }
        appointments { totalCount nodes { id resident { birthDate } } }
        healthSummary {
          bloodType allergies { id } conditions { id } immunizations { id } medications { medicine }
        }
        healthRecord {
          totalCount
          edges {
            node {
              __typename id
              ... on Encounter { diagnoses { code } }
              ... on Report { observations { code } document { id } resident { sex birthDate } }
              ... on Prescription { items { id } dispensings { id } bill { id } resident { sex } }
            }
          }
        }
        reports { totalCount nodes { id observations { id } document { id } } }
        observations(code: "C1") { nodes { id report { id } } }
        prescriptions { totalCount nodes { id items { id } dispensings { id } } }
      }
    }
  }
}"""


def side_by_side(bench: Bench, who: str) -> Iterator[Asked]:
    """Everything through each open visit there that is not the resident's only one."""
    visits = bench.city.rows("visit", institution_id=VIEWERS[who].institution_id)
    is_open = [visit for visit in visits if visit["expires_at"] > datetime.now(UTC)]
    for visit in is_open:
        if len([other for other in is_open if other["resident_id"] == visit["resident_id"]]) > 1:
            yield Asked(EVERYTHING, {"id": public_id("Visit", visit["id"], visit["resident_id"])})


@pytest.mark.parametrize("who", HOSPITALS)
def test_each_path_shows_what_its_own_visit_needs(bench: Bench, who: str) -> None:
    asked = list(side_by_side(bench, who))
    assert len(asked) >= 4
    for one in asked:
        agree(bench, who, one)
    steps = [tuple(bench.hot(one, VIEWERS[who]).steps.values()) for one in asked]
    assert len(set(steps)) > 1


# Any visit shows the name, the card and that there is a summary, and one that is over leads to none of them. Others are come to
# behind the timeline, a prescription or a report, whose rules ask.
BEHIND = ("Admission", "Diagnosis", "Dispensing", "Encounter", "File", "PrescriptionItem")
NOBODY_NOTICES = {
    f"{name}: no row asks through which passage INSTITUTION came" for name in ("Resident", "Card", "HealthSummary", *BEHIND)
}
ALL = {
    sabotage.name: sabotage
    for mapping in SOURCE.mapping.types.values()
    for sabotage in blinded(mapping)
    if sabotage.name not in NOBODY_NOTICES
}


@pytest.mark.parametrize("sabotage", ALL.values(), ids=list(ALL))
def test_a_rule_that_does_not_ask_is_noticed(bench: Bench, sabotage: Sabotage) -> None:
    broken = bench.sabotaged(Source(SOURCE.schema, sabotage.done(SOURCE.mapping)))
    for who in HOSPITALS:
        for asked in side_by_side(bench, who):
            if broken.hot(asked, VIEWERS[who]).data != bench.plainly(asked, VIEWERS[who]).data:
                return
    pytest.fail("nobody noticed")


def test_who_comes_through_no_visit_pays_nothing(bench: Bench) -> None:
    """There the statement says of visits what it said before: nothing of a key."""
    below = "resident { sex healthSummary { bloodType } healthRecord { nodes { id } } }"
    for name, asks in (("Card", False), ("Visit", True)):
        of = "holder: holder" if name == "Card" else "holder: resident"
        row = bench.city.rows(name.lower())[0]
        text = f"query($id: ID!) {{ node(id: $id) {{ ... on {name} {{ {of} {below.removeprefix('resident ')} }} }} }}"
        asked = Asked(text, {"id": public_id(name, row["id"], row["resident_id"])})
        sql = bench.plan(asked, VIEWERS[HOSPITALS[0]]).sql
        assert "public.visit" in sql
        assert ("w.id =" in sql, "g.id =" in sql) == (asks, asks)
