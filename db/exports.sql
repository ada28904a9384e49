-- Everything that is stored about a resident ($1), as JSON named after FHIR resources; a row for each, the newest first. What the views
-- hide from the resident is not in it, and what is encrypted is in it as it is shown, masked. docs/reference/export.md describes it.

-- section PATIENT
select json_object('resourceType' value 'Patient', 'id' value x.id,
    'name' value json_array(json_object('text' value x.full_name)),
    'gender' value lower(x.sex),
    'birthDate' value x.birth_date,
    'identifier' value (
        select json_agg(json_object('type' value json_object('text' value n.type), 'value' value n.value) order by n.place)
        from (values (1, x.document_type, x.document_number_masked), (2, 'SOCIAL_SECURITY', x.social_security_number_masked)
            union all select 3, i.name, p.number from public.patient_number p join public.institution i on i.id = p.institution_id
            where p.resident_id = $1) n (place, type, value)
        where n.value is not null),
    'telecom' value case when x.phone_masked is not null then json_array(json_object('system' value 'phone', 'value' value x.phone_masked)) end
    absent on null)::text as resource
from api.resident x where x.resident_id = $1;

-- section CARDS
select json_object('resourceType' value 'Basic', 'id' value x.id,
    'code' value json_object('text' value 'CARD'),
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'identifier' value json_array(json_object('value' value x.number)),
    'status' value lower(x.status),
    'created' value x.issued_at
    absent on null)::text as resource
from api.card x where x.resident_id = $1 order by x.key desc;

-- section SCANS
select json_object('resourceType' value 'Basic', 'id' value x.id,
    'code' value json_object('text' value 'SCAN'),
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'created' value x.scanned_at,
    'careStep' value x.care_step,
    'purpose' value x.purpose,
    'outcome' value x.outcome,
    'organization' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id))
    absent on null)::text as resource
from api.scan x where x.resident_id = $1 order by x.scanned_at desc, x.key desc;

-- section CARERS
select json_object('resourceType' value 'RelatedPerson', 'id' value api.owned_id('M', x.resident_id, x.id),
    'patient' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'name' value json_array(json_object('text' value x.carer_name)),
    'relationship' value json_array(json_object('text' value x.relationship)),
    'scopes' value to_json(x.scopes),
    'period' value json_object('start' value x.created_at, 'end' value x.expires_at absent on null)
    absent on null)::text as resource
from public.carer x where x.resident_id = $1 order by x.id desc;

-- section ALLERGIES
select json_object('resourceType' value 'AllergyIntolerance', 'id' value x.id,
    'patient' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'code' value json_object('coding' value case when x.code is not null then json_array(json_object('code' value x.code)) end,
        'text' value x.substance absent on null),
    'reaction' value json_array(json_object('description' value x.reaction, 'severity' value lower(x.severity) absent on null)),
    'recordedDate' value x.recorded_at,
    'recorder' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id))
    absent on null)::text as resource
from api.allergy x where x.resident_id = $1 order by x.recorded_at desc, x.key desc;

-- section CONDITIONS
select json_object('resourceType' value 'Condition', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'code' value json_object('coding' value json_array(json_object('code' value x.code)), 'text' value x.display),
    'clinicalStatus' value json_object('text' value lower(x.status)),
    'onsetDateTime' value x.since,
    'abatementDateTime' value x.resolved_on,
    'recordedDate' value x.recorded_at,
    'recorder' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id))
    absent on null)::text as resource
from api.condition x where x.resident_id = $1 order by x.recorded_at desc, x.key desc;

-- section BLOOD_TYPE
select json_object('resourceType' value 'Observation',
    'status' value 'final',
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'code' value json_object('coding' value json_array(json_object('system' value 'http://loinc.org', 'code' value '882-1')), 'text' value '血型'),
    'valueString' value x.blood_type,
    'effectiveDateTime' value x.recorded_at,
    'performer' value json_array(json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)))
    absent on null)::text as resource
from public.blood_type x where x.resident_id = $1;

-- section IMMUNIZATIONS
select json_object('resourceType' value 'Immunization', 'id' value x.id,
    'patient' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value 'completed',
    'vaccineCode' value json_object('coding' value case when x.code is not null then json_array(json_object('code' value x.code)) end,
        'text' value x.vaccine absent on null),
    'occurrenceDateTime' value x.given_on,
    'lotNumber' value x.lot_number,
    'protocolApplied' value case when x.dose is not null then json_array(json_object('doseNumberString' value x.dose)) end,
    'performer' value json_array(json_object('actor' value json_object(
        'display' value (select i.name from public.institution i where i.id = x.institution_id))))
    absent on null)::text as resource
from api.immunization x where x.resident_id = $1 order by x.given_on desc, x.key desc;

-- section ENCOUNTERS
select json_object('resourceType' value 'Encounter', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value 'finished',
    'class' value json_object('code' value case x.care_setting when 'INPATIENT' then 'IMP' else 'AMB' end),
    'period' value json_object('start' value x.occurred_at),
    'serviceProvider' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)),
    'serviceType' value json_object('text' value (select d.name from public.department d where d.id = x.department_id)),
    'participant' value json_array(json_object('individual' value json_object(
        'display' value (select d.name from public.doctor d where d.id = x.doctor_id)))),
    'reasonCode' value (
        select json_agg(json_object('coding' value json_array(json_object('code' value g.code)), 'text' value g.display) order by g.position)
        from public.diagnosis g where g.resident_id = $1 and g.encounter_id = x.key),
    'note' value x.note
    absent on null)::text as resource
from api.encounter x where x.resident_id = $1 order by x.occurred_at desc, x.key desc;

-- section ADMISSIONS
select json_object('resourceType' value 'Encounter', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value case x.status when 'ADMITTED' then 'in-progress' else 'finished' end,
    'class' value json_object('code' value 'IMP'),
    'period' value json_object('start' value x.admitted_at, 'end' value x.discharged_at absent on null),
    'serviceProvider' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)),
    'location' value json_array(json_object('location' value json_object('display' value x.ward || ' ' || x.bed))),
    'note' value x.summary
    absent on null)::text as resource
from api.admission x where x.resident_id = $1 order by x.admitted_at desc, x.key desc;

-- section CHARGES
select json_object('resourceType' value 'ChargeItem', 'id' value x.id,
    'status' value 'billable',
    'code' value json_object('coding' value json_array(json_object('code' value x.code)), 'text' value x.name),
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'encounter' value json_object('reference' value 'Encounter/' || api.owned_id('n', x.resident_id, x.admission_id)),
    'occurrenceDate' value x.charged_on,
    'quantity' value x.quantity::numeric,
    'price' value round(x.unit_price / 100.0, 2),
    'amount' value round(x.amount / 100.0, 2))::text as resource
from api.inpatient_charge x where x.resident_id = $1 order by x.charged_on desc, x.key desc;

-- section REPORTS
select json_object('resourceType' value 'DiagnosticReport', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'identifier' value json_array(json_object('value' value x.number)),
    'status' value case x.status when 'FINAL' then 'final' when 'AMENDED' then 'amended' else 'entered-in-error' end,
    'category' value json_array(json_object('text' value x.category)),
    'code' value json_object('text' value x.title),
    'version' value x.version,
    'effectiveDateTime' value x.observed_at,
    'issued' value x.issued_at,
    'performer' value json_array(json_object('display' value (select i.name from public.institution i where i.id = x.institution_id))),
    'resultsInterpreter' value json_array(json_object('display' value (select d.name from public.doctor d where d.id = x.author_id))),
    'findings' value x.findings,
    'conclusion' value x.conclusion,
    'credential' value x.credential
    absent on null)::text as resource
from api.report x where x.resident_id = $1 order by x.issued_at desc, x.key desc;

-- section OBSERVATIONS
select json_object('resourceType' value 'Observation', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value case x.report_status when 'FINAL' then 'final' else 'amended' end,
    'code' value json_object('coding' value json_array(json_object('code' value x.code)), 'text' value x.display),
    'valueString' value x.value,
    'unit' value x.unit,
    'referenceRange' value case when x.reference_range is not null then json_array(json_object('text' value x.reference_range)) end,
    'interpretation' value case when x.flag is not null then json_array(json_object('text' value x.flag)) end,
    'effectiveDateTime' value x.observed_at,
    'performer' value json_array(json_object('display' value (select i.name from public.institution i where i.id = x.institution_id))),
    'partOf' value json_array(json_object('reference' value 'DiagnosticReport/' || api.owned_id('r', x.resident_id, x.report_id)))
    absent on null)::text as resource
from api.observation x where x.resident_id = $1 order by x.observed_at desc, x.key desc;

-- section PRESCRIPTIONS
select json_object('resourceType' value 'MedicationRequest', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'groupIdentifier' value json_object('value' value api.owned_id('p', x.resident_id, x.prescription_id)),
    'status' value lower((select p.status from public.prescription p where p.resident_id = $1 and p.id = x.prescription_id)),
    'intent' value 'order',
    'medicationCodeableConcept' value json_object('coding' value case when x.code is not null
        then json_array(json_object('code' value x.code)) end, 'text' value x.medicine absent on null),
    'authoredOn' value x.occurred_at,
    'requester' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)),
    'dosageInstruction' value json_array(json_object('text' value concat_ws(', ', x.dose, x.route, x.frequency, x.days || ' d'))),
    'dispenseRequest' value json_object('quantity' value json_object('value' value x.quantity::numeric, 'unit' value x.unit)),
    'dispensed' value json_object('value' value x.dispensed::numeric, 'unit' value x.unit)
    absent on null)::text as resource
from api.prescription_item x where x.resident_id = $1 order by x.occurred_at desc, x.key desc;

-- section DISPENSINGS
select json_object('resourceType' value 'MedicationDispense', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value 'completed',
    'authorizingPrescription' value json_array(json_object(
        'reference' value 'MedicationRequest/' || api.owned_id('i', x.resident_id, x.item_id))),
    'medicationCodeableConcept' value json_object(
        'text' value (select i.medicine from public.prescription_item i where i.resident_id = $1 and i.id = x.item_id)),
    'quantity' value json_object('value' value x.quantity::numeric),
    'whenHandedOver' value x.dispensed_at,
    'performer' value json_array(json_object('actor' value json_object(
        'display' value (select i.name from public.institution i where i.id = x.pharmacy_id))))
    absent on null)::text as resource
from api.dispensing x where x.resident_id = $1 order by x.dispensed_at desc, x.key desc;
