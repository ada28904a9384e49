create view api.institution as
select id as key, api.plain_id('I', id) as id, code, name, district, level, address, accepts_outpatient, accepts_inpatient,
       care_steps, created_at, email
from public.institution;

create view api.department as
select id as key, api.plain_id('D', id) as id, institution_id, code, name, active
from public.department;
