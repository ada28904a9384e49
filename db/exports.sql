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

-- section APPOINTMENTS
select json_object('resourceType' value 'Appointment', 'id' value x.id,
    'status' value lower(x.status),
    'start' value x.starts_at,
    'end' value x.ends_at,
    'created' value x.booked_at,
    'serviceType' value json_array(json_object('text' value (select d.name from public.department d where d.id = x.department_id))),
    'participant' value json_array(
        json_object('actor' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id))),
        json_object('actor' value json_object('display' value (select d.name from public.doctor d where d.id = x.doctor_id))),
        json_object('actor' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)))),
    'comment' value x.reason,
    'cancelationReason' value case when x.cancel_reason is not null then json_object('text' value x.cancel_reason) end
    absent on null)::text as resource
from api.appointment x where x.resident_id = $1 order by x.starts_at desc, x.key desc;

-- section WAITLIST
select json_object('resourceType' value 'Basic', 'id' value x.id,
    'code' value json_object('text' value 'WAITLIST_ENTRY'),
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value lower(x.status),
    'created' value x.joined_at,
    'serviceType' value json_object('text' value (select d.name from public.department d where d.id = x.department_id)),
    'period' value json_object('start' value x.from_day, 'end' value x.to_day),
    'organization' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id))
    absent on null)::text as resource
from api.waitlist_entry x where x.resident_id = $1 order by x.joined_at desc, x.key desc;

-- section AGREEMENTS
select json_object('resourceType' value 'Basic', 'id' value x.id,
    'code' value json_object('text' value 'FAMILY_DOCTOR_AGREEMENT'),
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value lower(x.status),
    'created' value x.requested_at,
    'period' value case when x.starts_on is not null then json_object('start' value x.starts_on, 'end' value x.ends_on) end,
    'team' value json_object('display' value (select t.name from public.family_doctor_team t where t.id = x.team_id)),
    'organization' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)),
    'decision' value case when x.decided_at is not null
        then json_object('date' value x.decided_at, 'text' value x.decision_reason absent on null) end,
    'end' value case when x.ended_at is not null then json_object('date' value x.ended_at, 'text' value x.end_reason absent on null) end,
    'packages' value (
        select json_agg(json_object('text' value p.name,
            'annualFee' value json_object('value' value round(k.annual_fee / 100.0, 2), 'currency' value 'CNY')) order by p.code)
        from public.agreement_package k join public.family_doctor_package p on p.id = k.package_id
        where k.resident_id = $1 and k.agreement_id = x.key),
    'years' value (
        select json_agg(json_object(
            'period' value case when t.starts_on is not null then json_object('start' value t.starts_on, 'end' value t.ends_on) end,
            'bill' value case when t.bill_id is not null then
                json_object('reference' value 'Invoice/' || api.owned_id('G', t.resident_id, t.bill_id)) end,
            'services' value (
                select json_agg(json_object('text' value s.name, 'promised' value s.promised, 'delivered' value s.delivered,
                    'dates' value (select json_agg(d.delivered_at order by d.delivered_at) from public.service_delivery d
                        where d.resident_id = $1 and d.term_id = t.id and d.name = s.name) absent on null) order by s.position)
                from public.agreement_service s where s.resident_id = $1 and s.term_id = t.id)
            absent on null) order by t.starts_on)
        from public.agreement_term t where t.resident_id = $1 and t.agreement_id = x.key)
    absent on null)::text as resource
from api.family_doctor_agreement x where x.resident_id = $1 order by x.requested_at desc, x.key desc;

-- section BILLS
select json_object('resourceType' value 'Invoice', 'id' value x.id,
    'subject' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'identifier' value json_array(json_object('value' value x.number)),
    'status' value lower(x.status),
    'type' value json_object('text' value x.kind),
    'date' value x.issued_at,
    'issuer' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)),
    'totalGross' value json_object('value' value round(x.total / 100.0, 2), 'currency' value 'CNY'),
    'insured' value json_object('value' value round(x.insured / 100.0, 2), 'currency' value 'CNY'),
    'totalNet' value json_object('value' value round(x.self_paid / 100.0, 2), 'currency' value 'CNY'),
    'deposited' value json_object('value' value round(x.deposited / 100.0, 2), 'currency' value 'CNY'),
    'refunded' value json_object('value' value round(x.refunded / 100.0, 2), 'currency' value 'CNY'),
    'lineItem' value (
        select json_agg(json_object(
            'chargeItemCodeableConcept' value json_object('coding' value json_array(json_object('code' value b.code)), 'text' value b.name),
            'quantity' value trim_scale(b.quantity), 'unit' value b.unit, 'price' value round(b.unit_price / 100.0, 2),
            'amount' value round(b.amount / 100.0, 2) absent on null) order by b.position)
        from public.bill_item b where b.resident_id = $1 and b.bill_id = x.key)
    absent on null)::text as resource
from api.bill x where x.resident_id = $1 order by x.issued_at desc, x.key desc;

-- section PAYMENTS
select json_object('resourceType' value 'PaymentNotice', 'id' value x.id,
    'status' value lower(x.status),
    'created' value x.started_at,
    'paymentDate' value x.paid_at,
    'method' value x.method,
    'recipient' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)),
    'amount' value json_object('value' value round(x.amount / 100.0, 2), 'currency' value 'CNY'),
    'refunded' value json_object('value' value round(x.refunded / 100.0, 2), 'currency' value 'CNY'),
    'request' value (
        select json_agg(json_object('reference' value 'Invoice/' || api.owned_id('G', b.resident_id, b.bill_id)) order by b.bill_id)
        from public.payment_bill b where b.resident_id = $1 and b.payment_id = x.key)
    absent on null)::text as resource
from api.payment x where x.resident_id = $1 order by x.started_at desc, x.key desc;

-- section REFUNDS
select json_object('resourceType' value 'PaymentReconciliation', 'id' value x.id,
    'status' value lower(x.status),
    'created' value x.requested_at,
    'paymentDate' value x.succeeded_at,
    'paymentIssuer' value json_object('display' value (select i.name from public.institution i where i.id = x.institution_id)),
    'paymentAmount' value json_object('value' value round(x.amount / 100.0, 2), 'currency' value 'CNY'),
    'disposition' value x.reason,
    'request' value json_object('reference' value 'PaymentNotice/' || api.owned_id('Y', x.resident_id, x.payment_id))
    absent on null)::text as resource
from api.refund x where x.resident_id = $1 order by x.requested_at desc, x.key desc;

-- section CONSENTS
select json_object('resourceType' value 'Consent', 'id' value x.id,
    'patient' value json_object('reference' value 'Patient/' || api.plain_id('R', x.resident_id)),
    'status' value case when x.revoked_at is not null then 'inactive' when x.expires_at <= now() then 'expired' else 'active' end,
    'dateTime' value x.granted_at,
    'organization' value json_array(json_object('display' value (select i.name from public.institution i where i.id = x.institution_id))),
    'provision' value json_object('type' value 'permit',
        'period' value json_object('start' value x.granted_at, 'end' value coalesce(x.revoked_at, x.expires_at)),
        'dataPeriod' value json_object('start' value x.from_day, 'end' value x.to_day absent on null),
        'class' value to_json(x.kinds))
    absent on null)::text as resource
from api.consent x where x.resident_id = $1 order by x.granted_at desc, x.key desc;

-- section ACCESS_LOG
select json_object('resourceType' value 'AuditEvent', 'id' value x.id,
    'recorded' value x.at,
    'agent' value json_array(json_object('who' value json_object('display' value x.actor), 'type' value json_object('text' value x.actor_kind))),
    'purposeOfEvent' value json_array(json_object('text' value x.purpose)),
    'entity' value json_array(json_object('type' value json_object('text' value array_to_string(x.kinds, ', ')))),
    'entry' value json_object('id' value x.id, 'entry' value x.entry, 'at' value x.at, 'actorKind' value x.actor_kind, 'actor' value x.actor,
        'careStep' value x.care_step, 'purpose' value x.purpose, 'kinds' value to_json(x.kinds), 'breakGlass' value x.break_glass,
        'reason' value x.reason, 'previous' value x.previous, 'digest' value x.digest, 'hashed' value x.hashed)
    absent on null)::text as resource
from api.access_log_entry x where x.resident_id = $1 order by x.place desc;
