// The health record: the summary, and a page of the timeline, whose entries are asked for kind by kind.
import { statement } from "../common/database.mjs";
import { ownedId } from "../common/ids.mjs";
import { cursorOf } from "./day_list.mjs";
import { departmentOf, doctorOf, institutionOf } from "./home.mjs";
import { reads } from "./rules.mjs";

const SUMMARY = statement(`
  select r.resident_id, b.blood_type from resident r left join blood_type b on b.resident_id = r.resident_id
  where r.resident_id = $1 and ${reads("r", "$2", "'RECORDS'")}`);
const ALLERGIES = statement(`
  select a.substance, a.reaction, a.severity from allergy a where a.resident_id = $1 and ${reads("a", "$2", "'RECORDS'")}
  order by a.recorded_at desc, a.id desc`);
const CONDITIONS = statement(`
  select c.code, c.display, c.since, c.status from condition c where c.resident_id = $1 and ${reads("c", "$2", "'RECORDS'")}
  order by c.recorded_at desc, c.id desc`);
const MEDICATIONS = statement(`
  select i.medicine, i.dose, (p.issued_at at time zone 'Asia/Shanghai')::date as since
  from prescription_item i join prescription p on p.resident_id = i.resident_id and p.id = i.prescription_id
  where p.resident_id = $1 and ${reads("p", "$2", "'PRESCRIPTIONS'")} and now() < p.issued_at + i.days * interval '1 day'
    and (p.status in ('ISSUED', 'READY', 'PARTLY_DISPENSED', 'DISPENSED') or i.dispensed > 0)
  order by p.issued_at desc, i.id desc`);
const IMMUNIZATIONS = statement(`
  select m.vaccine, m.dose, m.given_on as "givenOn" from immunization m where m.resident_id = $1 and ${reads("m", "$2", "'RECORDS'")}
  order by m.given_on desc, m.id desc`);

const SCOPE = "case h.kind when 'REPORT' then 'REPORTS' when 'PRESCRIPTION' then 'PRESCRIPTIONS' else 'RECORDS' end";
const PAGE = statement(`
  select h.kind, h.resident_id, h.id, h.occurred_at, h.institution_id from (
    select 'ENCOUNTER'::text as kind, resident_id, id, occurred_at, institution_id, true as listed from encounter
    union all select 'CONDITION', resident_id, id, recorded_at, institution_id, true from condition
    union all select 'ALLERGY', resident_id, id, recorded_at, institution_id, true from allergy
    union all select 'IMMUNIZATION', resident_id, id, given_on::timestamp at time zone 'Asia/Shanghai', institution_id, true from immunization
    union all select 'ADMISSION', resident_id, id, admitted_at, institution_id, true from admission
    union all select 'REPORT', resident_id, id, issued_at, institution_id, status = 'FINAL' from report
    union all select 'PRESCRIPTION', resident_id, id, issued_at, institution_id, status <> 'CANCELLED' from prescription
  ) h
  where h.resident_id = $1 and h.listed and ${reads("h", "$2", SCOPE)} and ($3::text[] is null or h.kind = any($3))
    and ($4::date is null or h.occurred_at >= $4::timestamp at time zone 'Asia/Shanghai')
    and ($5::date is null or h.occurred_at < ($5::date + 1)::timestamp at time zone 'Asia/Shanghai')
  order by h.occurred_at desc, h.id desc limit $6`);
const of = (columns, table) =>
  statement(`select id, ${columns} from ${table} where resident_id = $1 and id = any($2::uuid[])`);

// Of each kind: its letter, its type, and how its rows are asked for.
const KINDS = {
  ENCOUNTER: ["e", "Encounter", of(`care_setting as "careSetting", department_id, doctor_id`, "encounter")],
  CONDITION: ["d", "Condition", of("display, since", "condition")],
  ALLERGY: ["a", "Allergy", of("substance, reaction", "allergy")],
  IMMUNIZATION: ["m", "Immunization", of("vaccine, dose", "immunization")],
  ADMISSION: ["n", "Admission", of(`admitted_at as "admittedAt", discharged_at as "dischargedAt", ward`, "admission")],
  REPORT: ["r", "Report", of("title, category", "report")],
  PRESCRIPTION: ["p", "Prescription", null],
};
const DIAGNOSES = statement(`
  select encounter_id as of, code, display from diagnosis where resident_id = $1 and encounter_id = any($2::uuid[]) order by position`);
const ITEMS = statement(`
  select prescription_id as of, medicine, trim_scale(quantity)::text as quantity from prescription_item
  where resident_id = $1 and prescription_id = any($2::uuid[]) order by position`);

async function entries(pool, keys) {
  const found = new Map();
  await Promise.all([...Map.groupBy(keys, (key) => key.kind)].map(async ([kind, some]) => {
    const ask = KINDS[kind][2];
    for (const row of ask ? await ask(pool, some[0].resident_id, some.map((key) => key.id)) : some) found.set(row.id, row);
  }));
  return keys.map((key) => {
    const [letter, type] = KINDS[key.kind], row = found.get(key.id);
    return {
      ...row, row: { ...row, ...key }, __typename: type, id: ownedId(letter, key.resident_id, key.id), occurredAt: key.occurred_at,
    };
  });
}

const listOf = (ask) => ({ key }, _, { pool, viewer }) => ask(pool, key, viewer.resident_id);
const parts = (ask) => async (queries, { pool }) => {
  const rows = await ask(pool, queries[0].obj.row.resident_id, queries.map(({ obj }) => obj.row.id));
  const found = Map.groupBy(rows, (row) => row.of);
  return queries.map(({ obj }) => found.get(obj.row.id) ?? []);
};

export const resolvers = {
  HealthRecordEntry: { resolveType: (entry) => entry.__typename },
  Resident: {
    async healthSummary({ key }, _, { pool, viewer, kinds }) {
      kinds.add("RECORD");
      const [row] = await SUMMARY(pool, key, viewer.resident_id);
      return row ? { key, bloodType: row.blood_type } : null;
    },
    async healthRecord({ key }, { kinds: only, from, to, first }, { pool, viewer, kinds }) {
      for (const kind of ["PRESCRIPTION", "RECORD", "REPORT"]) kinds.add(kind);
      const rows = await PAGE(pool, key, viewer.resident_id, only ?? null, from ?? null, to ?? null, first + 1);
      const shown = rows.slice(0, first);
      return {
        pageInfo: { hasNextPage: rows.length > first, endCursor: shown.length ? cursorOf(shown.at(-1).occurred_at, shown.at(-1).id) : null },
        edges: (await entries(pool, shown)).map((node) => ({ node })),
      };
    },
  },
  HealthSummary: {
    allergies: listOf(ALLERGIES),
    conditions: listOf(CONDITIONS),
    medications(summary, args, context) {
      context.kinds.add("PRESCRIPTION");
      return listOf(MEDICATIONS)(summary, args, context);
    },
    immunizations: listOf(IMMUNIZATIONS),
  },
};

const institution = institutionOf;
export const loaders = {
  Encounter: { institution, department: departmentOf, doctor: doctorOf, diagnoses: parts(DIAGNOSES) },
  Condition: { institution },
  Allergy: { institution },
  Immunization: { institution },
  Admission: { institution },
  Prescription: { institution, items: parts(ITEMS) },
};
