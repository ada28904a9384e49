-- What PostGraphile makes its schema of: views over the platform's tables that say who may read what, as the platform's rules do. The
-- viewer is a setting of each transaction. Smart tags name keys and relations.
create schema postgraphile;
create type postgraphile.money as (amount text, currency text);

-- For whom the viewer cares, with which scopes.
create view postgraphile.cared_for as
select k.resident_id, k.scopes from public.carer k
where k.carer_id = current_setting('viewer.resident_id')::uuid and (k.expires_at is null or k.expires_at > now());
comment on view postgraphile.cared_for is '@behavior -*';

create view postgraphile.institution as
select id as key, name, address from public.institution;
comment on view postgraphile.institution is '@primaryKey key';

create view postgraphile.department as
select id as key, name from public.department;
comment on view postgraphile.department is '@primaryKey key';

create view postgraphile.doctor as
select id as key, name, title from public.doctor;
comment on view postgraphile.doctor is '@primaryKey key';

create view postgraphile.resident as
select r.resident_id, api.plain_id('R', r.resident_id) as id, r.full_name
from public.resident r
where r.resident_id = current_setting('viewer.resident_id')::uuid
   or exists (select from postgraphile.cared_for k where k.resident_id = r.resident_id);
comment on view postgraphile.resident is '@primaryKey resident_id';

-- The newest card of each.
create view postgraphile.card as
select c.resident_id, api.owned_id('C', c.resident_id, c.id) as id, c.number, c.status
from public.card c
where not exists (select from public.card d where d.resident_id = c.resident_id and d.id > c.id)
  and (c.resident_id = current_setting('viewer.resident_id')::uuid
       or exists (select from postgraphile.cared_for k where k.resident_id = c.resident_id and 'CARD' = any(k.scopes)));
comment on view postgraphile.card is E'@primaryKey resident_id\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignFieldName card';

create view postgraphile.family_member as
select m.resident_id, m.id as key, api.owned_id('M', m.resident_id, m.id) as id, m.member_id, m.relationship, m.scopes, m.expires_at
from public.family_member m
where m.resident_id = current_setting('viewer.resident_id')::uuid and (m.expires_at is null or m.expires_at > now());
comment on view postgraphile.family_member is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignSimpleFieldName familyMembers|@backwardBehavior -connection +list\n'
    '@foreignKey (member_id) references postgraphile.resident (resident_id)|@fieldName resident|@backwardBehavior -*';

-- In the language that the reader prefers.
create view postgraphile.notification as
select n.resident_id, n.id as key, api.owned_id('w', n.resident_id, n.id) as id, n.created_at, n.read_at is null as unread,
       case r.language when 'en' then n.title_en else n.title_zh end as title,
       case r.language when 'en' then n.body_en else n.body_zh end as body
from public.notification n join public.resident r on r.resident_id = n.resident_id
where n.resident_id = current_setting('viewer.resident_id')::uuid and r.resident_id = current_setting('viewer.resident_id')::uuid
  and n.in_app;
comment on view postgraphile.notification is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignFieldName notifications';

create view postgraphile.appointment as
select a.resident_id, a.id as key, api.owned_id('B', a.resident_id, a.id) as id, a.starts_at, a.status, a.queue_number, a.doctor_id,
       a.department_id, a.institution_id
from public.appointment a
where a.resident_id = current_setting('viewer.resident_id')::uuid
   or exists (select from postgraphile.cared_for k where k.resident_id = a.resident_id and 'APPOINTMENTS' = any(k.scopes));
comment on view postgraphile.appointment is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignFieldName appointments\n'
    '@foreignKey (doctor_id) references postgraphile.doctor (key)|@fieldName doctor|@backwardBehavior -*\n'
    '@foreignKey (department_id) references postgraphile.department (key)|@fieldName department|@backwardBehavior -*\n'
    '@foreignKey (institution_id) references postgraphile.institution (key)|@fieldName institution|@backwardBehavior -*';

create view postgraphile.bill as
select b.resident_id, b.id as key, api.owned_id('G', b.resident_id, b.id) as id, b.issued_at, b.care_setting, b.status,
       row((b.total * 0.01)::text, 'CNY')::postgraphile.money as total,
       row((b.insured * 0.01)::text, 'CNY')::postgraphile.money as insured,
       row((b.self_paid * 0.01)::text, 'CNY')::postgraphile.money as self_paid, b.institution_id
from public.bill b
where b.resident_id = current_setting('viewer.resident_id')::uuid
   or exists (select from postgraphile.cared_for k where k.resident_id = b.resident_id and 'BILLS' = any(k.scopes));
comment on view postgraphile.bill is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignFieldName bills\n'
    '@foreignKey (institution_id) references postgraphile.institution (key)|@fieldName institution|@backwardBehavior -*';

-- Reached through its bill alone, whose rule holds for it.
create view postgraphile.bill_item as
select i.resident_id, i.bill_id, i.position, i.name, trim_scale(i.quantity)::text as quantity,
       row((i.unit_price * 0.01)::text, 'CNY')::postgraphile.money as unit_price,
       row((i.amount * 0.01)::text, 'CNY')::postgraphile.money as amount
from public.bill_item i;
comment on view postgraphile.bill_item is E'@primaryKey resident_id,bill_id,position\n@behavior -query:*\n'
    '@foreignKey (resident_id,bill_id) references postgraphile.bill (resident_id,key)|@foreignSimpleFieldName items|@backwardBehavior -connection +list';

create view postgraphile.report as
select r.resident_id, r.id as key, api.owned_id('r', r.resident_id, r.id) as id, r.title, r.category, r.status, r.issued_at, r.read_at,
       r.institution_id
from public.report r
where r.resident_id = current_setting('viewer.resident_id')::uuid
   or exists (select from postgraphile.cared_for k where k.resident_id = r.resident_id and 'REPORTS' = any(k.scopes));
comment on view postgraphile.report is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignFieldName reports\n'
    '@foreignKey (resident_id,key) references postgraphile.entry (resident_id,key)\n'
    '@foreignKey (institution_id) references postgraphile.institution (key)|@fieldName institution|@backwardBehavior -*';

-- The timeline: keys of all kinds, and a view for each kind.
create view postgraphile.entry as
select h.kind, h.resident_id, h.key, h.occurred_at, h.institution_id
from api.health_record h
where h.listed and (h.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = h.resident_id
             and case h.kind when 'REPORT' then 'REPORTS' when 'PRESCRIPTION' then 'PRESCRIPTIONS' else 'RECORDS' end = any(k.scopes)));
comment on view postgraphile.entry is E'@primaryKey resident_id,key\n@interface mode:relational type:kind\n'
    '@type ENCOUNTER references:postgraphile.encounter\n@type CONDITION references:postgraphile.condition\n'
    '@type ALLERGY references:postgraphile.allergy\n@type IMMUNIZATION references:postgraphile.immunization\n'
    '@type ADMISSION references:postgraphile.admission\n@type REPORT references:postgraphile.report\n'
    '@type PRESCRIPTION references:postgraphile.prescription\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignFieldName healthRecord\n'
    '@foreignKey (institution_id) references postgraphile.institution (key)|@fieldName writer|@backwardBehavior -*';

create view postgraphile.encounter as
select e.resident_id, e.id as key, api.owned_id('e', e.resident_id, e.id) as id, e.care_setting, e.department_id, e.doctor_id
from public.encounter e
where (e.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = e.resident_id and 'RECORDS' = any(k.scopes)));
comment on view postgraphile.encounter is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id,key) references postgraphile.entry (resident_id,key)\n'
    '@foreignKey (department_id) references postgraphile.department (key)|@fieldName department|@backwardBehavior -*\n'
    '@foreignKey (doctor_id) references postgraphile.doctor (key)|@fieldName doctor|@backwardBehavior -*';

-- Reached through its encounter alone, whose rule holds for it; so are the items of a prescription.
create view postgraphile.diagnosis as
select d.resident_id, d.encounter_id, d.position, d.code, d.display from public.diagnosis d;
comment on view postgraphile.diagnosis is E'@primaryKey resident_id,encounter_id,position\n@behavior -query:*\n'
    '@foreignKey (resident_id,encounter_id) references postgraphile.encounter (resident_id,key)|@foreignSimpleFieldName diagnoses|@backwardBehavior -connection +list';

create view postgraphile.condition as
select c.resident_id, c.id as key, api.owned_id('d', c.resident_id, c.id) as id, c.recorded_at, c.code, c.display, c.since, c.status
from public.condition c
where (c.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = c.resident_id and 'RECORDS' = any(k.scopes)));
comment on view postgraphile.condition is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id,key) references postgraphile.entry (resident_id,key)\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignSimpleFieldName conditions|@backwardBehavior -connection +list';

create view postgraphile.allergy as
select a.resident_id, a.id as key, api.owned_id('a', a.resident_id, a.id) as id, a.recorded_at, a.substance, a.reaction, a.severity
from public.allergy a
where (a.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = a.resident_id and 'RECORDS' = any(k.scopes)));
comment on view postgraphile.allergy is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id,key) references postgraphile.entry (resident_id,key)\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignSimpleFieldName allergies|@backwardBehavior -connection +list';

create view postgraphile.immunization as
select i.resident_id, i.id as key, api.owned_id('m', i.resident_id, i.id) as id, i.given_on, i.vaccine, i.dose
from public.immunization i
where (i.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = i.resident_id and 'RECORDS' = any(k.scopes)));
comment on view postgraphile.immunization is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id,key) references postgraphile.entry (resident_id,key)\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignSimpleFieldName immunizations|@backwardBehavior -connection +list';

create view postgraphile.admission as
select n.resident_id, n.id as key, api.owned_id('n', n.resident_id, n.id) as id, n.admitted_at, n.discharged_at, n.ward
from public.admission n
where (n.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = n.resident_id and 'RECORDS' = any(k.scopes)));
comment on view postgraphile.admission is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id,key) references postgraphile.entry (resident_id,key)';

create view postgraphile.prescription as
select p.resident_id, p.id as key, api.owned_id('p', p.resident_id, p.id) as id
from public.prescription p
where (p.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = p.resident_id and 'PRESCRIPTIONS' = any(k.scopes)));
comment on view postgraphile.prescription is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id,key) references postgraphile.entry (resident_id,key)';

create view postgraphile.prescription_item as
select i.resident_id, i.id as key, i.prescription_id, i.position, i.medicine, trim_scale(i.quantity)::text as quantity
from public.prescription_item i;
comment on view postgraphile.prescription_item is E'@primaryKey resident_id,key\n@behavior -query:*\n'
    '@foreignKey (resident_id,prescription_id) references postgraphile.prescription (resident_id,key)|@foreignSimpleFieldName items|@backwardBehavior -connection +list';

create view postgraphile.medication as
select i.resident_id, i.id as key, i.medicine, i.dose, (p.issued_at at time zone 'Asia/Shanghai')::date as since, p.issued_at
from public.prescription_item i join public.prescription p on p.resident_id = i.resident_id and p.id = i.prescription_id
where api.in_use(p.status, p.issued_at, i.days, i.dispensed)
  and (p.resident_id = current_setting('viewer.resident_id')::uuid
  or exists (select from postgraphile.cared_for k where k.resident_id = p.resident_id and 'PRESCRIPTIONS' = any(k.scopes)));
comment on view postgraphile.medication is E'@primaryKey resident_id,key\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignSimpleFieldName medications|@backwardBehavior -connection +list';

create view postgraphile.blood_type as
select b.resident_id, b.blood_type
from public.blood_type b
where b.resident_id = current_setting('viewer.resident_id')::uuid
   or exists (select from postgraphile.cared_for k where k.resident_id = b.resident_id and 'RECORDS' = any(k.scopes));
comment on view postgraphile.blood_type is E'@primaryKey resident_id\n'
    '@foreignKey (resident_id) references postgraphile.resident (resident_id)|@forwardBehavior -*|@foreignFieldName blood';
