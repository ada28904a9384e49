create view api.resident as
select resident_id, resident_id as key, api.plain_id('R', resident_id) as id, full_name, sex, birth_date, document_type,
       document_masked as document_number_masked, social_security_masked as social_security_number_masked,
       phone_masked, created_at
from public.resident;

create view api.family_member as
select resident_id, id as key, api.owned_id('M', resident_id, id) as id, member_id, relationship, scopes, created_at, expires_at
from public.family_member
where expires_at is null or expires_at > now();

-- Whom a temporary card's binding made a carer is none of those whom anybody chose.
create view api.carer as
select resident_id, id as key, api.owned_id('k', resident_id, id) as id, carer_name, relationship, scopes, created_at, expires_at
from public.carer
where place is not null and (expires_at is null or expires_at > now());
