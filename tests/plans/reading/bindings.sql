-- Temporary cards: of 2 it turned out that they are 5, of 6 that they are 8; of 3 and 1 something was said that was taken back.
update card set temporary = true where id = pg_temp.n(101) and resident_id in (pg_temp.n(2), pg_temp.n(3), pg_temp.n(6));
insert into card_binding (resident_id, id, card_id, bound_to, institution_id, visit_id, reason, bound_at, undone_at, undo_reason)
select pg_temp.n(r), pg_temp.n(b), pg_temp.n(c), pg_temp.n(p), pg_temp.n(h), pg_temp.n(300), '家属到场 "' || p || '"', now() - interval '1 hour',
       case when undone then now() end, case when undone then '认错了人 ' || p end
from (values (2, 49, 101, 5, 11, false), (6, 47, 101, 8, 12, false), (3, 48, 101, 9, 12, true), (3, 45, 101, 1, 11, true), (1, 46, 101, 7, 11, true),
             (1, 44, 100, 6, 12, true),
             (1, 43, 101, 6, 11, true)) x (r, b, c, p, h, undone);
