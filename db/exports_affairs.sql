-- What follows on exports.sql: appointments, family doctors, money, consents and who looked.

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
