-- A toy city: people with pets, walks and meals, friends who may look at one another, and shops that are everybody's.
create schema toy;

create table toy.person_row (id uuid primary key, name text not null, phone text, street text);
create table toy.friend_row (
    resident_id uuid not null, id uuid not null, other_id uuid not null, since date not null, close boolean not null,
    primary key (resident_id, id)
);
create table toy.pet_row (
    resident_id uuid not null, id uuid not null, name text not null, species text not null, weight integer,
    tags text[] not null, born date not null, primary key (resident_id, id)
);
create index pet_by_birth on toy.pet_row (resident_id, born desc, id desc);
create table toy.walk_row (
    resident_id uuid not null, id uuid not null, pet_id uuid not null, at timestamptz not null, km integer not null,
    primary key (resident_id, id)
);
create table toy.meal_row (
    resident_id uuid not null, id uuid not null, pet_id uuid not null, at timestamptz not null, food text,
    primary key (resident_id, id)
);
create table toy.shop_row (id uuid primary key, rank integer not null, code text not null, name text not null, open boolean not null);
create table toy.seen (resident_id uuid not null, viewer text not null, kinds text[] not null);

create function toy.public_id(letter bytea, resident_id uuid, id uuid) returns text language sql immutable
    return translate(encode(letter || coalesce(uuid_send(resident_id), '\x00') || uuid_send(id), 'base64'), '+/', '-_');

create view toy.person as
select id as resident_id, id as key, toy.public_id('U', null, id) as id, name, phone, street from toy.person_row;
create view toy.friend as select resident_id, id as key, other_id, since, close from toy.friend_row;
create view toy.pet as
select resident_id, id as key, toy.public_id('P', resident_id, id) as id, name, species, weight, tags, born from toy.pet_row;
create view toy.walk as
select resident_id, id as key, toy.public_id('W', resident_id, id) as id, pet_id, at, km from toy.walk_row;
create view toy.meal as
select resident_id, id as key, toy.public_id('E', resident_id, id) as id, pet_id, at, food from toy.meal_row;
create view toy.event as
select resident_id, id as key, 'walk' as kind, pet_id, at from toy.walk_row
union all
select resident_id, id, 'meal', pet_id, at from toy.meal_row;
create view toy.shop as select id as key, toy.public_id('S', null, id) as id, rank, code, name, open from toy.shop_row;

-- Ids are the same from person to person, so that a statement that forgets the person finds too much.
create function toy.n(number integer) returns uuid language sql immutable
    return ('00000000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid;

insert into toy.person_row values
    (toy.n(1), 'Ann', '111', 'Elm "Street" 1'), (toy.n(2), 'Bo', null, null), (toy.n(3), 'Cy', '333', 'Oak \ Road');
-- Ann may look at Bo, closely, and at Cy, not so closely; nobody may look at Ann.
insert into toy.friend_row values
    (toy.n(1), toy.n(11), toy.n(2), '2020-05-01', true), (toy.n(1), toy.n(12), toy.n(3), '2021-06-01', false);
insert into toy.pet_row
select toy.n(person), toy.n(20 + i), 'pet ' || person || i, case when i % 2 = 0 then 'CAT' else 'DOG' end,
       nullif(i, 3), array['t' || i, 'ü'], date '2010-01-01' + i / 2
from generate_series(1, 3) person, generate_series(1, 5) i;
insert into toy.walk_row
select toy.n(person), toy.n(40 + i), toy.n(20 + i), timestamptz '2024-03-01 08:00+08' + i * interval '2 hours', i
from generate_series(1, 3) person, generate_series(1, 4) i;
insert into toy.meal_row
select toy.n(person), toy.n(60 + i), toy.n(21), timestamptz '2024-03-01 08:00:00.25+08' + i * interval '3 hours', nullif('fish', 'fish' || i)
from generate_series(1, 3) person, generate_series(1, 4) i;
insert into toy.shop_row
select toy.n(80 + i), i / 3, 'c' || (9 - i), 'Shop %' || i, i <> 4 from generate_series(1, 7) i;
