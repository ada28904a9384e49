-- rank: the city's before the institutions'.
create view api.settlement as
select id as key, api.plain_id('Z', id) as id, method, day as date, institution_id, status, statement_at, settled_at,
       (institution_id is not null)::int as rank
from public.settlement;

-- What is booked on a day, and what the provider says of it. Functions of their own, since they look over all residents.
create function api.booked(of_method text, of_day date, of_institution uuid)
    returns table (count integer, amount bigint, refund_count integer, refund_amount bigint) language plpgsql stable as
$$ begin
    return query select p.n::int, p.a::bigint, r.n::int, r.a::bigint
    from (select count(*) as n, coalesce(sum(x.amount), 0) as a from public.payment x
          where x.method = of_method and x.book_day = of_day and (of_institution is null or x.institution_id = of_institution)) p,
         (select count(*) as n, coalesce(sum(x.amount), 0) as a from public.refund x
          where x.method = of_method and x.book_day = of_day and (of_institution is null or x.institution_id = of_institution)) r;
end $$;
create function api.stated(of_method text, of_day date, of_institution uuid)
    returns table (count integer, amount bigint, refund_count integer, refund_amount bigint) language plpgsql stable as
$$ begin
    return query select (count(*) filter (where x.kind = 'PAYMENT'))::int,
        coalesce(sum(x.amount) filter (where x.kind = 'PAYMENT'), 0)::bigint,
        (count(*) filter (where x.kind = 'REFUND'))::int, coalesce(sum(x.amount) filter (where x.kind = 'REFUND'), 0)::bigint
    from public.statement_line x
    where x.method = of_method and x.day = of_day and x.status = 'SUCCEEDED'
        and (of_institution is null or x.institution_id = of_institution);
end $$;

create view api.settlement_totals as
select s.id as key, 'OURS' as side, t.count, t.amount, t.refund_count, t.refund_amount
from public.settlement s, api.booked(s.method, s.day, s.institution_id) t
union all
select s.id, 'THEIRS', t.count, t.amount, t.refund_count, t.refund_amount
from public.settlement s, api.stated(s.method, s.day, s.institution_id) t;

create view api.discrepancy as
select id as key, api.plain_id('X', id) as id, method, day, institution_id, kind, provider_reference, ours, theirs, payer_id,
       payment_id, refund_id, found_at
from public.discrepancy;
