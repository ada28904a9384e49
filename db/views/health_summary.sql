-- `institution_id`: who wrote the blood type down.
create view api.health_summary as
select r.resident_id, r.resident_id as key, b.blood_type, b.institution_id
from public.resident r left join public.blood_type b on b.resident_id = r.resident_id;

-- What is being taken, a row for each medicine.
create view api.medication as
select i.resident_id, i.id as key, i.medicine, i.dose, i.route, i.frequency, i.days, p.institution_id, p.pharmacy_id,
       p.issued_at as occurred_at, (p.issued_at at time zone 'Asia/Shanghai')::date as since
from public.prescription_item i join public.prescription p on p.resident_id = i.resident_id and p.id = i.prescription_id
where api.in_use(p.status, p.issued_at, i.days, i.dispensed);
