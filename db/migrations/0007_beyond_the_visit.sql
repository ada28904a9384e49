-- Care beyond the visit: family doctors, carers, temporary cards, hospitalization, notifications.

-- ---------------------------------------------------------------- family doctors

-- Who is told by e-mail of what waits for a decision.
alter table institution add column email text;

-- taken: places of requests and agreements that stand. A capacity never goes below them.
create table family_doctor_team (
    id uuid primary key,
    institution_id uuid not null references institution,
    code text not null,
    name text not null,
    leader_id uuid not null references doctor,
    capacity integer not null,
    taken integer not null default 0,
    email text,
    created_at timestamptz not null,
    constraint team_is_unique unique (institution_id, code),
    constraint team_has_room check (taken between 0 and capacity)
);
create index family_doctor_team_by_code on family_doctor_team (code, id);

-- Fees are fen a year. A package that a team publishes no longer is offered no longer; agreements keep what was promised.
create table family_doctor_package (
    id uuid primary key,
    team_id uuid not null references family_doctor_team,
    code text not null,
    name text not null,
    annual_fee bigint not null check (annual_fee >= 0),
    offered boolean not null default true,
    constraint package_is_unique unique (team_id, code)
);

create table promised_service (
    package_id uuid not null references family_doctor_package,
    position smallint not null,
    name text not null,
    promised integer not null check (promised > 0),
    primary key (package_id, position),
    constraint promised_service_is_unique unique (package_id, name)
);

create table family_doctor_agreement (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    team_id uuid not null references family_doctor_team,
    status text not null,
    requested_at timestamptz not null,
    decide_by timestamptz not null,
    reminded_at timestamptz,
    escalated_at timestamptz,
    decided_at timestamptz,
    decision_reason text,
    starts_on date,
    ends_on date,
    ended_at timestamptz,
    ended_by text,
    end_reason text,
    bill_id uuid,
    ending_told_at timestamptz,
    primary key (resident_id, id),
    foreign key (resident_id, bill_id) references bill
);
-- A resident has one family doctor, or asks one.
create unique index agreement_is_unique on family_doctor_agreement (resident_id) where status in ('REQUESTED', 'ACTIVE');
create index agreement_by_time on family_doctor_agreement (resident_id, requested_at desc, id desc);
create index agreement_of_institution on family_doctor_agreement (institution_id, status, requested_at, id);
create index agreement_to_decide on family_doctor_agreement (decide_by) where status = 'REQUESTED';
create index agreement_to_end on family_doctor_agreement (ends_on) where status = 'ACTIVE';

-- annual_fee: as it was when the resident asked. What is billed is what was asked for.
create table agreement_package (
    resident_id uuid not null,
    agreement_id uuid not null,
    package_id uuid not null references family_doctor_package,
    annual_fee bigint not null,
    primary key (resident_id, agreement_id, package_id),
    foreign key (resident_id, agreement_id) references family_doctor_agreement
);

-- A year of an agreement, with a bill of its own and what was promised when it was asked for. Days are included; a term that waits
-- for a decision has none.
create table agreement_term (
    resident_id uuid not null,
    id uuid not null,
    agreement_id uuid not null,
    starts_on date,
    ends_on date,
    bill_id uuid,
    asked_at timestamptz not null,
    check ((starts_on is null) = (ends_on is null)),
    primary key (resident_id, id),
    constraint agreement_term_is_unique unique (resident_id, agreement_id, starts_on),
    foreign key (resident_id, agreement_id) references family_doctor_agreement,
    foreign key (resident_id, bill_id) references bill
);

create table agreement_service (
    resident_id uuid not null,
    term_id uuid not null,
    name text not null,
    position smallint not null,
    promised integer not null,
    delivered integer not null default 0 check (delivered >= 0),
    last_delivered_at timestamptz,
    primary key (resident_id, term_id, name),
    foreign key (resident_id, term_id) references agreement_term
);

create table service_delivery (
    resident_id uuid not null,
    id uuid not null,
    agreement_id uuid not null,
    term_id uuid not null,
    name text not null,
    visit_id uuid,
    delivered_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, agreement_id) references family_doctor_agreement,
    foreign key (resident_id, term_id, name) references agreement_service,
    foreign key (resident_id, visit_id) references visit
);

-- ---------------------------------------------------------------- families

-- At most eight carers a resident: each has a place. Whom a binding made a carer (below) has none.
alter table carer add column place smallint check (place between 1 and 8);
alter table carer add column binding_id uuid;
update carer c set place = n.place
  from (select resident_id, id, row_number() over (partition by resident_id order by id) as place from carer) n
 where n.resident_id = c.resident_id and n.id = c.id and n.place <= 8;
alter table carer add constraint carer_has_a_place unique (resident_id, place);
alter table carer add constraint carer_is_counted check ((place is null) = (binding_id is not null));
create index carer_to_expire on carer (expires_at) where expires_at is not null;

-- An unknown patient is a resident of whom a name, a sex and an age are guessed, until their card is bound to the real one.
alter table resident add column temporary boolean not null default false;
alter table card add column temporary boolean not null default false;

-- resident_id: the unknown patient's; bound_to: whose they turned out to be. Undone, the row stays.
create table card_binding (
    resident_id uuid not null references resident,
    id uuid not null,
    card_id uuid not null,
    bound_to uuid not null,
    institution_id uuid not null references institution,
    visit_id uuid not null,
    reason text not null,
    bound_at timestamptz not null,
    undone_at timestamptz,
    undo_reason text,
    primary key (resident_id, id),
    foreign key (resident_id, card_id) references card
);
create unique index card_is_bound_once on card_binding (resident_id) where undone_at is null;
create index card_binding_to on card_binding (bound_to) where undone_at is null;

-- ---------------------------------------------------------------- hospitalization

-- charged: the sum of the charges, in fen.
alter table admission add column charged bigint not null default 0 check (charged >= 0);
-- Of what was paid as deposits less than so many percent are left: that is low, by the setting of the day of admission.
alter table admission add column low_percent smallint not null default 20 check (low_percent between 0 and 100);
alter table admission add column final_bill_id uuid;
alter table admission add foreign key (resident_id, final_bill_id) references bill;
create unique index admission_is_unique on admission (resident_id, institution_id) where status = 'ADMITTED';
create index admission_of_institution on admission (institution_id, admitted_at desc, id desc);
create index admission_of_status on admission (institution_id, status, admitted_at);

-- Deposits that were paid before count towards the final bill; what is payable is left.
alter table bill add column admission_id uuid;
alter table bill add column deposited bigint not null default 0;
alter table bill add column payable bigint generated always as (self_paid - deposited) stored;
alter table bill add constraint bill_is_covered_once check (deposited between 0 and self_paid);
alter table bill add foreign key (resident_id, admission_id) references admission;
-- What a payment paid of a deposit and counts towards the final bill cannot go back as well.
alter table payment_bill add column applied bigint not null default 0 check (applied >= 0);
alter table payment_bill add constraint bill_is_spent_once check (reserved + applied <= amount);
create index bill_of_admission on bill (resident_id, admission_id, issued_at desc, id desc) where admission_id is not null;

-- A quantity below nothing takes back what was charged by mistake. unit_price and amount are fen.
create table inpatient_charge (
    resident_id uuid not null,
    id uuid not null,
    admission_id uuid not null,
    charged_on date not null,
    code text not null,
    name text not null,
    quantity numeric(14, 4) not null check (quantity <> 0),
    unit_price bigint not null check (unit_price >= 0),
    amount bigint not null,
    recorded_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, admission_id) references admission
);
create index inpatient_charge_by_day on inpatient_charge (resident_id, admission_id, charged_on desc, id desc);

-- ---------------------------------------------------------------- notifications

-- What somebody was told of once, they are not told of again, however often the job runs.
create table notification_key (
    resident_id uuid not null references resident,
    event text not null,
    subject_id uuid not null,
    occasion text not null default '',
    notification_id uuid not null,
    created_at timestamptz not null,
    constraint notification_is_made_once primary key (resident_id, event, subject_id, occasion)
);
create index notification_key_by_age on notification_key (created_at);
insert into notification_key select resident_id, event, subject_id, occasion, id, created_at from notification;
drop table notification;

-- resident_id: who is told; about_id: whom it is about. subject: the public id's letter and the id of what it is about.
-- in_app: whether the list shows it. The words stand in both languages, so that a list is read in either.
create table notification (
    resident_id uuid not null references resident,
    id uuid not null,
    event text not null,
    about_id uuid not null,
    subject_letter text not null,
    subject_id uuid not null,
    in_app boolean not null,
    title_zh text not null,
    body_zh text not null,
    title_en text not null,
    body_en text not null,
    created_at timestamptz not null,
    read_at timestamptz,
    primary key (resident_id, id)
) partition by range (id);
create table notification_all partition of notification default;
create index notification_by_age on notification (created_at);
create index notification_unread on notification (resident_id, id desc) where in_app and read_at is null;

-- One row for each way on which a notification goes out. target: the resident for SMS, else the device.
create table notification_delivery (
    resident_id uuid not null references resident,
    notification_id uuid not null,
    channel text not null,
    target uuid not null,
    state text not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    failure text,
    constraint notification_is_delivered_once primary key (resident_id, notification_id, channel, target)
);
create index notification_delivery_by_age on notification_delivery (created_at);

-- Who has chosen nothing has no row. Both times null: no quiet hours.
create table notification_preference (
    resident_id uuid primary key references resident,
    channels text[] not null,
    quiet_from time,
    quiet_to time,
    changed_at timestamptz not null,
    check ((quiet_from is null) = (quiet_to is null))
);

-- Where PUSH and WECHAT go to, for as long as the session lasts.
create table device (
    resident_id uuid not null references resident,
    id uuid not null,
    session_id uuid not null,
    channel text not null,
    token_digest bytea not null,
    token_sealed bytea not null,
    created_at timestamptz not null,
    gone_at timestamptz,
    primary key (resident_id, id),
    constraint device_is_unique unique (resident_id, channel, token_digest),
    foreign key (resident_id, session_id) references session
);

-- What institutions and the operator are told by e-mail, once each. recipient: the address.
create table mail (
    id uuid primary key,
    institution_id uuid not null references institution,
    event text not null,
    subject_id uuid not null,
    recipient text not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    constraint mail_is_sent_once unique (institution_id, event, subject_id, recipient)
);
create index mail_by_age on mail (created_at);

-- What the operator opened to institutions and to apps of residents, they may now do beyond the visit as well.
update client set scopes = array(select distinct unnest(scopes || array['agreement:read', 'agreement:write', 'admission:write']))
 where institution_id is not null;
update app set scopes = array(select distinct unnest(scopes || array['agreement:read', 'agreement:write', 'notification:read',
    'notification:write'])) where 'card:write' = any(scopes);
update client c set scopes = a.scopes from app a where a.id = c.app_id and 'card:write' = any(a.scopes);
