-- Booking: doctors, slots and their places, appointments, waiting lists, the draw of places that come back; idempotency keys; notifications.

-- ---------------------------------------------------------------- reference tables

create table doctor (
    id uuid primary key,
    institution_id uuid not null references institution,
    department_id uuid not null references department,
    code text not null,
    name text not null,
    title text not null,
    speciality text,
    active boolean not null default true,
    constraint doctor_code_is_unique unique (institution_id, code)
);
create index doctor_of_department on doctor (department_id, code, id);
create index doctor_by_code on doctor (code, id);

-- ---------------------------------------------------------------- slots: keyed by themselves

-- The id is made of the doctor and the time (domain/slots.py), so that the key itself keeps a doctor from being in two places.
-- `taken` counts the places that are held or resting: what is left is capacity - taken.
create table slot (
    id uuid primary key,
    institution_id uuid not null references institution,
    department_id uuid not null references department,
    doctor_id uuid not null references doctor,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    day date not null,
    capacity integer not null,
    taken integer not null default 0,
    fee bigint not null,
    published_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    check (starts_at < ends_at),
    check (fee >= 0),
    constraint slot_has_capacity check (taken between 0 and capacity)
);
create index slot_of_department on slot (department_id, starts_at, id);
create index slot_of_doctor on slot (doctor_id, starts_at, id);

-- One row for each place that is held, or that rests after a cancellation until it returns at its drawn time. The number is what the
-- patient is called by: held once, by the key.
create table slot_place (
    slot_id uuid not null,
    number integer not null check (number > 0),
    resident_id uuid not null,
    appointment_id uuid not null,
    given_up_at timestamptz,
    returns_at timestamptz,
    constraint place_is_held_once primary key (slot_id, number),
    check ((given_up_at is null) = (returns_at is null))
);
create index slot_place_returning on slot_place (returns_at, slot_id, number) where returns_at is not null;

-- The seed of a day's draws: its digest is public from the start, itself once all its draws are over. With it anyone can repeat them.
-- A place of that day returns between after_min and after_max seconds later, whatever the settings say meanwhile.
create table draw_seed (
    day date primary key,
    seed bytea not null,
    commitment bytea not null,
    after_min integer not null,
    after_max integer not null,
    created_at timestamptz not null,
    revealed_at timestamptz
);

create table place_return (
    id uuid primary key,
    day date not null,
    slot_id uuid not null,
    number integer not null,
    given_up_at timestamptz not null,
    returns_at timestamptz not null
);
create index place_return_of_day on place_return (day, id);

-- ---------------------------------------------------------------- appointments

-- What the slot says is copied, so that a list needs one resident's rows alone.
create table appointment (
    resident_id uuid not null references resident,
    id uuid not null,
    slot_id uuid not null,
    institution_id uuid not null references institution,
    department_id uuid not null references department,
    doctor_id uuid not null references doctor,
    day date not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    cancellable_until timestamptz not null,
    queue_number integer not null,
    fee bigint not null,
    status text not null,
    reason text,
    app_id uuid references app,
    booked_at timestamptz not null,
    checked_in_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    visit_id uuid,
    bill_id uuid,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit
);
create index appointment_by_time on appointment (resident_id, starts_at, id);
create index appointment_of_institution on appointment (institution_id, day, starts_at, id);
create index appointment_of_department on appointment (department_id, day, starts_at, id);
create index appointment_of_slot on appointment (slot_id);
create unique index appointment_time_is_unique on appointment (resident_id, starts_at) where status in ('BOOKED', 'CHECKED_IN');
create unique index appointment_of_day_is_unique on appointment (resident_id, department_id, day)
    where status in ('BOOKED', 'CHECKED_IN');
create index appointment_missed on appointment (resident_id, starts_at desc) where status = 'NO_SHOW';
create index appointment_to_judge on appointment (ends_at) where status = 'BOOKED';

create table waitlist_entry (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    department_id uuid not null references department,
    from_day date not null,
    to_day date not null,
    status text not null,
    app_id uuid references app,
    joined_at timestamptz not null,
    ended_at timestamptz,
    appointment_id uuid,
    primary key (resident_id, id),
    foreign key (resident_id, appointment_id) references appointment,
    check (from_day <= to_day)
);
create index waitlist_in_line on waitlist_entry (department_id, id) where status = 'WAITING';
create unique index waitlist_entry_is_unique on waitlist_entry (resident_id, department_id) where status = 'WAITING';

-- ---------------------------------------------------------------- asked once

-- digest: of the client, the resident, the operation and the key. The row is there before anything is done, so that a twin under way waits.
create table idempotency_key (
    digest bytea primary key,
    input_digest bytea not null,
    result jsonb,
    created_at timestamptz not null
);
create index idempotency_key_by_age on idempotency_key (created_at);

-- ---------------------------------------------------------------- people are told

-- One row for each thing that a person is told: a job that runs twice tells it once. occasion: what is told of a subject again
-- (the start of an appointment that was moved, and is reminded of anew).
create table notification (
    resident_id uuid not null references resident,
    id uuid not null,
    event text not null,
    subject_id uuid not null,
    occasion text not null default '',
    values jsonb not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    primary key (resident_id, id),
    constraint notification_is_unique unique (resident_id, event, subject_id, occasion)
);
create index notification_by_age on notification (created_at);

-- What the operator opened to institutions and to apps of residents, they may now do with appointments and money as well.
update client set scopes = array(select distinct unnest(scopes || array['appointment:read', 'appointment:write', 'bill:read',
    'bill:write', 'payment:read', 'payment:write'])) where institution_id is not null;
update app set scopes = array(select distinct unnest(scopes || array['appointment:read', 'appointment:write', 'bill:read',
    'payment:read', 'payment:write'])) where 'card:write' = any(scopes);
update client c set scopes = a.scopes from app a where a.id = c.app_id and 'card:write' = any(a.scopes);
