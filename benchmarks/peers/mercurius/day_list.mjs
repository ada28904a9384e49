// The day list of an institution: a page of appointments, and whom they are with, each kind of row asked once.
import { statement } from "../common/database.mjs";
import { ownedId, plainId, readPlainId } from "../common/ids.mjs";

export const INSTITUTIONS = statement("select id, name, address from institution where id = any($1::uuid[])");
const PAGE = statement(`
  select resident_id, id, starts_at, status, queue_number, fee, doctor_id, department_id, institution_id, bill_id from appointment
  where institution_id = $1 and day = $2::date and ($3::uuid is null or department_id = $3) order by starts_at, id limit $4`);
const COUNT = statement(`
  select count(*) as number from appointment where institution_id = $1 and day = $2::date and ($3::uuid is null or department_id = $3)`);
// Oneself, whom the institution expects, and who is there.
const PATIENTS = statement(`
  select r.resident_id, r.full_name, r.sex, r.birth_date from resident r
  where r.resident_id = any($1::uuid[]) and (r.resident_id = $3 or exists (
    select from appointment b where b.resident_id = r.resident_id and b.starts_at >= date_trunc('day', now(), 'Asia/Shanghai')
      and b.institution_id = $2 and b.status in ('BOOKED', 'CHECKED_IN', 'COMPLETED'))
  or exists (
    select from visit w where w.resident_id = r.resident_id and w.institution_id = $2 and w.expires_at > now()))`);
export const DOCTORS = statement("select id, name, title from doctor where id = any($1::uuid[])");
export const DEPARTMENTS = statement("select id, name from department where id = any($1::uuid[])");
const BILLS = statement("select resident_id, id, status from bill where (resident_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))");

// What a loader is given is a list; each asks one statement for all of it.
export async function byId(ask, pool, queries, key, ...more) {
  const rows = await ask(pool, [...new Set(queries.map(({ obj }) => obj.row[key]))], ...more);
  const found = new Map(rows.map((row) => [row.id ?? row.resident_id, row]));
  return queries.map(({ obj }) => found.get(obj.row[key]) ?? null);
}

export function cursorOf(at, id) {
  return Buffer.from(`["${at.replace("T", " ").slice(0, -3)}", "${id}"]`).toString("base64url");
}

export const money = (fen) => ({ amount: (fen / 100).toFixed(2), currency: "CNY" });

export const appointment = (row) => ({
  row,
  id: ownedId("B", row.resident_id, row.id),
  startsAt: row.starts_at,
  status: row.status,
  queueNumber: row.queue_number,
  fee: money(row.fee),
});

export const institution = (row) => ({ key: row.id, id: plainId("I", row.id), name: row.name, address: row.address });

export const resolvers = {
  Query: {
    async institution(_, { id }, { pool, viewer }) {
      const key = id == null ? viewer.institution_id : readPlainId("I", id);
      const [row] = key ? await INSTITUTIONS(pool, [key]) : [];
      return row ? institution(row) : null;
    },
  },
  Institution: {
    async appointments({ key }, { date, departmentId, first }, context, info) {
      const { pool, viewer } = context;
      if (key !== viewer.institution_id || !viewer.scopes.has("appointment:read")) return { totalCount: 0, pageInfo: {}, edges: [] };
      const department = departmentId == null ? null : readPlainId("D", departmentId);
      const rows = await PAGE(pool, key, date, department, first + 1);
      const page = rows.slice(0, first);
      for (const row of page) context.seen.add(row.resident_id);
      context.kinds.add("APPOINTMENT");
      return {
        key, date, department,
        pageInfo: { hasNextPage: rows.length > first, endCursor: page.length ? cursorOf(page.at(-1).starts_at, page.at(-1).id) : null },
        edges: page.map((row) => ({ node: appointment(row) })),
      };
    },
  },
  AppointmentConnection: {
    async totalCount({ key, date, department }, _, { pool }) {
      return (await COUNT(pool, key, date, department))[0].number;
    },
  },
};

export const loaders = {
  Appointment: {
    async resident(queries, context) {
      const { pool, viewer, kinds } = context;
      kinds.add("IDENTITY");
      const found = await byId(PATIENTS, pool, queries, "resident_id", viewer.institution_id ?? null, viewer.resident_id ?? null);
      return found.map((row) => row && {
        id: plainId("R", row.resident_id), fullName: row.full_name, sex: row.sex, birthDate: row.birth_date,
      });
    },
    doctor: (queries, { pool }) => byId(DOCTORS, pool, queries, "doctor_id"),
    department: (queries, { pool }) => byId(DEPARTMENTS, pool, queries, "department_id"),
    async institution(queries, { pool }) {
      return (await byId(INSTITUTIONS, pool, queries, "institution_id")).map((row) => row && institution(row));
    },
    async bill(queries, { pool }) {
      const rows = await BILLS(pool, queries.map(({ obj }) => obj.row.resident_id), queries.map(({ obj }) => obj.row.bill_id));
      const found = new Map(rows.map((row) => [row.id, row]));
      return queries.map(({ obj }) => {
        const row = found.get(obj.row.bill_id);
        return row ? { id: ownedId("G", row.resident_id, row.id), status: row.status } : null;
      });
    },
  },
};
