create view api.card as
select resident_id, id as key, api.owned_id('C', resident_id, id) as id, number, status, app_id, issued_at, status_changed_at,
       replaced_by, temporary
from public.card;

create view api.printed_code as
select resident_id, id as key, api.owned_id('P', resident_id, id) as id, card_id, form, label, created_at, revoked_at
from public.printed_code;

-- The link shows while the file can be fetched, and no longer.
create view api.file as
select resident_id, id as key, api.owned_id('F', resident_id, id) as id, kind, subject_id, format, status, media_type,
       created_at, ready_at, expires_at,
       case when status = 'READY' and revoked_at is null and (expires_at is null or expires_at > now())
            then current_setting('ecard.public_url') || '/files/' || key end as url
from public.file;

create view api.card_binding as
select resident_id, id as key, api.owned_id('y', resident_id, id) as id, card_id, bound_to, institution_id, reason, bound_at,
       undone_at, undo_reason
from public.card_binding;
