// What the views cannot say: where a question starts, which of a list are asked for, and that whoever was looked at is written down.
import { context, lambda } from "postgraphile/grafast";
import { visit } from "postgraphile/graphql";
import { addPgTableCondition, extendSchema, gql } from "postgraphile/utils";
import { record } from "../common/access_log.mjs";
import { readPlainId } from "../common/ids.mjs";

const start = extendSchema((build) => {
  const { resident } = build.pgResources;
  const me = () => context().get("viewer").get("resident_id");
  return {
    typeDefs: gql`extend type Query { me: Resident  resident(id: String): Resident }`,
    objects: {
      Query: {
        plans: {
          me: () => resident.get({ resident_id: me() }),
          resident: (_, { $id }) => resident.get({
            resident_id: lambda([$id, me()], ([id, mine]) => (id == null ? mine : readPlainId("R", id))),
          }),
        },
      },
    },
  };
});

// Conditions on a list: `statuses: ["UNPAID", "PAYING"]`, and days.
const among = (tableName, column, name) =>
  addPgTableCondition({ schemaName: "postgraphile", tableName }, name, ({ graphql, sql, dataplanPg }) => ({
    type: new graphql.GraphQLList(new graphql.GraphQLNonNull(graphql.GraphQLString)),
    apply(condition, values) {
      if (values == null) return;
      const given = dataplanPg.sqlValueWithCodec(values, dataplanPg.listOfCodec(dataplanPg.TYPES.text));
      condition.where(sql`${condition.alias}.${sql.identifier(column)} = any(${given})`);
    },
  }));

const day = (name, where) =>
  addPgTableCondition({ schemaName: "postgraphile", tableName: "entry" }, name, ({ getTypeByName, sql, dataplanPg }) => ({
    type: getTypeByName("Date"),
    apply(condition, value) {
      if (value == null) return;
      condition.where(where(sql, sql`${condition.alias}.occurred_at`, dataplanPg.sqlValueWithCodec(value, dataplanPg.TYPES.date)));
    },
  }));

// Who of others is in an answer, and of which kinds what was asked for is: written down before the answer leaves.
const KINDS = {
  me: ["IDENTITY"],
  resident: ["IDENTITY"],
  card: ["CARD"],
  appointments: ["APPOINTMENT"],
  bills: ["BILL"],
  reports: ["REPORT"],
  blood: ["RECORD"],
  medications: ["PRESCRIPTION"],
  healthRecord: ["PRESCRIPTION", "RECORD", "REPORT"],
};
const known = new WeakMap();

function kindsOf(document) {
  if (!known.has(document)) {
    const kinds = new Set();
    visit(document, { Field: ({ name }) => void KINDS[name.value]?.forEach((kind) => kinds.add(kind)) });
    known.set(document, [...kinds].sort());
  }
  return known.get(document);
}

function seenIn({ me, resident }, own) {
  const shown = [resident, ...(me?.familyMembers ?? []).map((member) => member.resident)];
  const ids = new Set(shown.filter((one) => one != null).map(({ id }) => readPlainId("R", id)));
  ids.delete(own);
  return ids;
}

const recording = (pool) => ({
  name: "RecordReads",
  version: "1.0.0",
  grafast: {
    middleware: {
      async execute(next, { args }) {
        const result = await next();
        const { viewer } = args.contextValue;
        if (result.data) await record(pool, viewer, seenIn(result.data, viewer.resident_id), kindsOf(args.document));
        return result;
      },
    },
  },
});

export const plugins = (pool) => [
  start,
  recording(pool),
  among("appointment", "status", "statuses"),
  among("bill", "status", "statuses"),
  among("entry", "kind", "kinds"),
  day("from", (sql, at, date) => sql`${at} >= ${date}::timestamp at time zone 'Asia/Shanghai'`),
  day("to", (sql, at, date) => sql`${at} < (${date} + 1)::timestamp at time zone 'Asia/Shanghai'`),
];
