-- Bills, payments, refunds; the ledger; what providers tell; settlement. Amounts are fen (CNY 0.01).

-- ---------------------------------------------------------------- bills

create table bill (
    resident_id uuid not null references resident,
    id uuid not null,
    number text not null,
    kind text not null,
    institution_id uuid not null references institution,
    visit_id uuid,
    appointment_id uuid,
    care_setting text not null,
    status text not null,
    total bigint not null,
    insured bigint not null,
    self_paid bigint not null,
    refunded bigint not null default 0,
    payment_id uuid,
    content_digest bytea not null,
    issued_at timestamptz not null,
    paid_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit,
    foreign key (resident_id, appointment_id) references appointment,
    constraint bill_adds_up check (insured >= 0 and self_paid >= 0 and total = insured + self_paid),
    constraint bill_is_refunded_once check (refunded between 0 and self_paid)
);
create index bill_by_time on bill (resident_id, issued_at desc, id desc);
create index bill_of_institution on bill (institution_id, issued_at desc, id desc);

create table bill_item (
    resident_id uuid not null,
    bill_id uuid not null,
    position smallint not null,
    code text not null,
    name text not null,
    quantity numeric(14, 4) not null,
    unit text,
    unit_price bigint not null,
    amount bigint not null,
    primary key (resident_id, bill_id, position),
    foreign key (resident_id, bill_id) references bill
);

-- An institution's number of a bill belongs to one bill in the whole city.
create table bill_number (
    institution_id uuid not null references institution,
    number text not null,
    resident_id uuid not null,
    bill_id uuid not null,
    constraint bill_number_is_unique primary key (institution_id, number)
);

-- A PAY code that was shown to a payment app lets it see and pay the open bills for a while.
create table pay_permission (
    resident_id uuid not null references resident,
    id uuid not null,
    app_id uuid not null references app,
    granted_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (resident_id, id)
);
create index pay_permission_of_app on pay_permission (resident_id, app_id, expires_at);

-- ---------------------------------------------------------------- payments

-- number: ours, by which the provider knows the order. payer_address: kept until the order is made, where the provider asks for it.
create table payment (
    resident_id uuid not null references resident,
    id uuid not null,
    number text not null,
    institution_id uuid not null references institution,
    app_id uuid references app,
    client_id uuid references client,
    method text not null,
    flow text not null,
    status text not null,
    amount bigint not null check (amount > 0),
    reserved bigint not null default 0,
    refunded bigint not null default 0,
    payer_reference text,
    payer_address text,
    return_url text,
    code_url text,
    parameters jsonb,
    provider_reference text,
    failure_reason text,
    started_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    paid_at timestamptz,
    book_day date,
    primary key (resident_id, id),
    constraint payment_is_not_overdrawn check (refunded >= 0 and refunded <= reserved and reserved <= amount)
);
create index payment_by_time on payment (started_at desc, id desc);
create index payment_of_app on payment (app_id, started_at desc, id desc);
create index payment_of_method on payment (method, started_at desc, id desc);
create index payment_of_institution on payment (institution_id, started_at desc, id desc);
create index payment_of_day on payment (method, book_day, id) where book_day is not null;

create table payment_bill (
    resident_id uuid not null,
    payment_id uuid not null,
    bill_id uuid not null,
    amount bigint not null,
    reserved bigint not null default 0,
    primary key (resident_id, payment_id, bill_id),
    foreign key (resident_id, payment_id) references payment,
    foreign key (resident_id, bill_id) references bill,
    constraint bill_is_not_overdrawn check (reserved between 0 and amount)
);
create index payment_bill_of_bill on payment_bill (resident_id, bill_id, payment_id);

-- Whose payment or refund a number is (kind PAYMENT or REFUND), for what a provider tells.
create table money_number (
    number text primary key,
    kind text not null,
    resident_id uuid not null,
    id uuid not null
);

-- The provider's own reference belongs to one payment or refund of ours.
create table provider_reference (
    method text not null,
    kind text not null,
    reference text not null,
    resident_id uuid not null,
    id uuid not null,
    constraint provider_reference_is_unique primary key (method, kind, reference)
);

create table refund (
    resident_id uuid not null references resident,
    id uuid not null,
    number text not null,
    payment_id uuid not null,
    bill_id uuid not null,
    institution_id uuid not null references institution,
    method text not null,
    amount bigint not null check (amount > 0),
    reason text not null,
    status text not null,
    requested_by text not null,
    requested_at timestamptz not null,
    provider_reference text,
    failure_reason text,
    succeeded_at timestamptz,
    ended_at timestamptz,
    book_day date,
    primary key (resident_id, id),
    foreign key (resident_id, payment_id, bill_id) references payment_bill
);
create index refund_of_payment on refund (resident_id, payment_id, id);
create index refund_of_bill on refund (resident_id, bill_id, id);
create index refund_of_day on refund (method, book_day, id) where book_day is not null;

-- ---------------------------------------------------------------- what providers tell

-- Verified notifications, each once; and those that were refused, with the reason, under an id of ours.
create table inbox (
    method text not null,
    id text not null,
    state text not null,
    kind text,
    number text,
    order_number text,
    provider_state text,
    amount bigint,
    provider_reference text,
    at timestamptz,
    failure text,
    reason text,
    received_at timestamptz not null,
    handled_at timestamptz,
    primary key (method, id)
);
create index inbox_by_age on inbox (received_at);

-- ---------------------------------------------------------------- the ledger

-- Double entry, one row a transfer: `amount` goes from the credited to the debited account, so every state of the books balances.
-- Append-only. (event, subject_id, leg) is unique for a resident: nothing is posted twice.
create table ledger_entry (
    resident_id uuid not null references resident,
    id uuid not null,
    at timestamptz not null,
    event text not null,
    subject_id uuid not null,
    leg text not null,
    debit text not null,
    credit text not null,
    amount bigint not null check (amount > 0),
    institution_id uuid not null references institution,
    method text,
    bill_id uuid,
    payment_id uuid,
    refund_id uuid,
    primary key (resident_id, id),
    constraint ledger_entry_is_posted_once unique (resident_id, event, subject_id, leg),
    check (debit <> credit)
);
create index ledger_entry_of_bill on ledger_entry (resident_id, bill_id);

create function ledger_is_append_only() returns trigger language plpgsql as
$$ begin raise exception 'the ledger is append-only' using errcode = 'restrict_violation'; end $$;
create trigger ledger_is_append_only before update or delete on ledger_entry
    for each row execute function ledger_is_append_only();

-- ---------------------------------------------------------------- settlement

-- A day of a provider in our books; institution_id null: all of them. statement_at: when the provider's statement was imported last.
create table settlement (
    id uuid primary key,
    method text not null,
    day date not null,
    institution_id uuid references institution,
    status text not null,
    statement_at timestamptz,
    settled_at timestamptz,
    constraint settlement_is_unique unique nulls not distinct (method, day, institution_id)
);

create table statement_line (
    method text not null,
    day date not null,
    position integer not null,
    kind text not null,
    provider_reference text not null,
    number text,
    amount bigint not null,
    status text not null,
    at timestamptz not null,
    institution_id uuid references institution,
    primary key (method, day, position)
);
create index statement_line_by_number on statement_line (method, number);
create index statement_line_by_reference on statement_line (method, provider_reference);

create table discrepancy (
    id uuid primary key,
    method text not null,
    day date not null,
    institution_id uuid references institution,
    kind text not null,
    provider_reference text,
    ours bigint,
    theirs bigint,
    payer_id uuid,
    payment_id uuid,
    refund_id uuid,
    found_at timestamptz not null
);
create index discrepancy_of_day on discrepancy (method, day, institution_id, id);
