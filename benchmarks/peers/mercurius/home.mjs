// The home screen: a resident with card and family, what is booked, what is to be paid, and the newest reports.
import { statement } from "../common/database.mjs";
import { ownedId, plainId, readPlainId } from "../common/ids.mjs";
import { DEPARTMENTS, DOCTORS, INSTITUTIONS, appointment, byId, institution, money } from "./day_list.mjs";
import { reads } from "./rules.mjs";

const RESIDENTS = statement(`
  select r.resident_id, r.full_name from resident r where r.resident_id = any($1::uuid[]) and ${reads("r", "$2")}`);
const CARDS = statement(`
  select distinct on (c.resident_id) c.resident_id, c.id, c.number, c.status from card c
  where c.resident_id = any($1::uuid[]) and ${reads("c", "$2", "'CARD'")} order by c.resident_id, c.id desc`);
const FAMILY = statement(`
  select resident_id, id, member_id, relationship, scopes, expires_at from family_member
  where resident_id = $1 and (expires_at is null or expires_at > now()) order by id desc`);
// In the language that the reader prefers.
const TOLD = `from notification n where n.resident_id = $1 and n.in_app and (not $2::boolean or n.read_at is null)`;
const NOTIFICATIONS = statement(`
  select n.resident_id, n.id, case r.language when 'en' then n.title_en else n.title_zh end as title,
    case r.language when 'en' then n.body_en else n.body_zh end as body, n.created_at
  from (select n.* ${TOLD} order by n.id desc limit $3) n join resident r on r.resident_id = n.resident_id order by n.id desc`);
const COUNT = statement(`select count(*)::integer as count ${TOLD}`);
const APPOINTMENTS = statement(`
  select a.resident_id, a.id, a.starts_at, a.status, a.queue_number, a.fee, a.doctor_id, a.department_id, a.institution_id, a.bill_id
  from appointment a where a.resident_id = $1 and ${reads("a", "$2", "'APPOINTMENTS'")} and ($3::text[] is null or a.status = any($3))
  order by a.starts_at, a.id limit $4`);
const BILLS = statement(`
  select b.resident_id, b.id, b.issued_at, b.care_setting, b.status, b.total, b.insured, b.self_paid, b.institution_id
  from bill b where b.resident_id = $1 and ${reads("b", "$2", "'BILLS'")} and ($3::text[] is null or b.status = any($3))
  order by b.issued_at desc, b.id desc limit $4`);
const ITEMS = statement(`
  select bill_id, name, trim_scale(quantity)::text as quantity, unit_price, amount from bill_item
  where resident_id = $1 and bill_id = any($2::uuid[]) order by position`);
const REPORTS = statement(`
  select r.resident_id, r.id, r.title, r.category, r.issued_at, r.read_at, r.institution_id
  from report r where r.resident_id = $1 and ${reads("r", "$2", "'REPORTS'")} and r.status = 'FINAL'
    and ($3::text[] is null or r.category = any($3))
  order by r.issued_at desc, r.id desc limit $4`);

// Whoever's row is shown was looked at.
function resident(row, { seen, kinds }) {
  if (!row) return null;
  seen.add(row.resident_id);
  kinds.add("IDENTITY");
  return { key: row.resident_id, id: plainId("R", row.resident_id), fullName: row.full_name };
}

async function one(key, context) {
  context.kinds.add("IDENTITY");
  const [row] = key ? await RESIDENTS(context.pool, [key], context.viewer.resident_id) : [];
  return resident(row, context);
}

const page = (ask, kind, only, node) => async ({ key }, { first = 20, ...args }, { pool, viewer, kinds }) => {
  kinds.add(kind);
  return { nodes: (await ask(pool, key, viewer.resident_id, args[only] ?? null, first)).map(node) };
};

const bill = (row) => ({
  row,
  id: ownedId("G", row.resident_id, row.id),
  issuedAt: row.issued_at,
  careSetting: row.care_setting,
  status: row.status,
  total: money(row.total),
  insured: money(row.insured),
  selfPaid: money(row.self_paid),
});

const report = (row) => ({
  row, id: ownedId("r", row.resident_id, row.id), title: row.title, category: row.category, issuedAt: row.issued_at, readAt: row.read_at,
});

export const resolvers = {
  Query: {
    me: (_, __, context) => one(context.viewer.resident_id, context),
    resident: (_, { id }, context) => one(id == null ? context.viewer.resident_id : readPlainId("R", id), context),
  },
  Resident: {
    async familyMembers({ key }, _, { pool, viewer }) {
      const rows = key === viewer.resident_id ? await FAMILY(pool, key) : [];
      return rows.map((row) => ({
        row, id: ownedId("M", row.resident_id, row.id), relationship: row.relationship, scopes: row.scopes, expiresAt: row.expires_at,
      }));
    },
    notifications: ({ key }, { unreadOnly, first }, { viewer }) => ({ asked: [key === viewer.resident_id ? key : null, unreadOnly], first }),
    appointments: page(APPOINTMENTS, "APPOINTMENT", "statuses", appointment),
    bills: page(BILLS, "BILL", "statuses", bill),
    reports: page(REPORTS, "REPORT", "categories", report),
  },
  Notifications: {
    totalCount: async ({ asked }, _, { pool }) => (await COUNT(pool, ...asked))[0].count,
    nodes: async ({ asked, first }, _, { pool }) => (await NOTIFICATIONS(pool, ...asked, first)).map((row) => ({
      id: ownedId("w", row.resident_id, row.id), title: row.title, body: row.body, createdAt: row.created_at,
    })),
  },
};

export const institutionOf = async (queries, { pool }) =>
  (await byId(INSTITUTIONS, pool, queries, "institution_id")).map((row) => row && institution(row));
export const doctorOf = (queries, { pool }) => byId(DOCTORS, pool, queries, "doctor_id");
export const departmentOf = (queries, { pool }) => byId(DEPARTMENTS, pool, queries, "department_id");

export const loaders = {
  FamilyMember: {
    async resident(queries, context) {
      const rows = await byId(RESIDENTS, context.pool, queries, "member_id", context.viewer.resident_id);
      return rows.map((row) => resident(row, context));
    },
  },
  Resident: {
    async card(queries, { pool, viewer, kinds }) {
      kinds.add("CARD");
      const rows = await CARDS(pool, queries.map(({ obj }) => obj.key), viewer.resident_id);
      const found = new Map(rows.map((row) => [row.resident_id, row]));
      return queries.map(({ obj }) => found.get(obj.key)).map((row) => row && {
        id: ownedId("C", row.resident_id, row.id), number: row.number, status: row.status,
      });
    },
  },
  Bill: {
    async items(queries, { pool }) {
      const rows = await ITEMS(pool, queries[0].obj.row.resident_id, queries.map(({ obj }) => obj.row.id));
      const of = Map.groupBy(rows, (row) => row.bill_id);
      return queries.map(({ obj }) => (of.get(obj.row.id) ?? []).map((row) => ({
        name: row.name, quantity: row.quantity, unitPrice: money(row.unit_price), amount: money(row.amount),
      })));
    },
    institution: institutionOf,
  },
  Report: { institution: institutionOf },
};
