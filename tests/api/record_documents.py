"""What hospitals and phones send about the health record, as they write it."""

PROBLEM = "fragment Problem on UserError { code field message retryAt } "

RECORD_ENCOUNTER = (
    PROBLEM
    + """
mutation RecordEncounter($input: RecordEncounterInput!) {
  recordEncounter(input: $input) { encounter { id occurredAt diagnoses { code display } } userErrors { ...Problem } }
}"""
)

BREAK_GLASS = (
    PROBLEM
    + """
mutation BreakGlass($input: BreakGlassInput!) {
  breakGlass(input: $input) { visit { id expiresAt resident { id } } userErrors { ...Problem } }
}"""
)

VISIT_RECORD = """
query VisitRecord($visitId: ID!, $kinds: [HealthRecordKind!], $first: Int!, $after: String) {
  node(id: $visitId) {
    ... on Visit {
      id careStep expiresAt
      resident {
        id fullName sex birthDate
        healthSummary {
          bloodType
          allergies { substance reaction severity }
          conditions { code display status }
          medications { medicine dose }
        }
        healthRecord(kinds: $kinds, first: $first, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes {
            __typename id occurredAt institution { name }
            ... on Encounter { department { name } diagnoses { code display } note }
            ... on Report { title category conclusion observations { code display value unit flag } }
            ... on Prescription { items { medicine dose quantity } }
            ... on Admission { admittedAt dischargedAt summary }
          }
        }
      }
    }
  }
}"""

HEALTH_RECORD = """
query HealthRecord($residentId: ID, $kinds: [HealthRecordKind!], $from: Date, $to: Date, $first: Int, $after: String) {
  resident(id: $residentId) {
    healthSummary {
      bloodType
      allergies { substance reaction severity }
      conditions { code display since status }
      medications { medicine dose since }
      immunizations { vaccine dose givenOn }
    }
    healthRecord(kinds: $kinds, from: $from, to: $to, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          __typename id occurredAt institution { name }
          ... on Encounter { careSetting department { name } doctor { name } diagnoses { code display } }
          ... on Report { title category }
          ... on Prescription { items { medicine quantity } }
          ... on Admission { admittedAt dischargedAt ward }
          ... on Immunization { vaccine dose }
          ... on Allergy { substance reaction }
          ... on Condition { display since }
        }
      }
    }
  }
}"""


def writing(mutation: str, noun: str, fields: str) -> str:
    """A document that records something."""
    name = mutation[0].upper() + mutation[1:]
    return (
        f"{PROBLEM} mutation {name}($input: {name}Input!) {{"
        f" {mutation}(input: $input) {{ {noun} {{ {fields} }} userErrors {{ ...Problem }} }} }}"
    )


CONDITION = "id occurredAt code display status since resolvedOn recordedAt institution { name }"
RECORD_CONDITION = writing("recordCondition", "condition", CONDITION)
RESOLVE_CONDITION = writing("resolveCondition", "condition", CONDITION)
RECORD_ALLERGY = writing("recordAllergy", "allergy", "id code substance reaction severity institution { name }")
RECORD_IMMUNIZATION = writing("recordImmunization", "immunization", "id occurredAt code vaccine dose lotNumber givenOn")
RECORD_BLOOD_TYPE = writing("recordBloodType", "summary", "bloodType allergies { substance }")
