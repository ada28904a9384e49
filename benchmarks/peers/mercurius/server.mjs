// Mercurius with its JIT on the platform's tables: as its documents advise, with batched loaders, and the platform's rules. It listens
// on a socket that is open already, whose number is the first argument.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import { record } from "../common/access_log.mjs";
import * as booking from "./booking.mjs";
import { connect } from "../common/database.mjs";
import * as dayList from "./day_list.mjs";
import * as healthRecord from "./health_record.mjs";
import * as home from "./home.mjs";
import { viewerOf } from "../common/viewer.mjs";

// A loader's own cache is for objects that are met again within a request: to make its keys of whole objects would cost more than it saves.
const uncached = (loaders) =>
  Object.fromEntries(Object.entries(loaders).map(([field, loader]) => [field, { loader, opts: { cache: false } }]));
const loaders = { ...dayList.loaders, ...home.loaders, ...healthRecord.loaders };

const pool = connect();
const app = Fastify({ logger: false });

await app.register(mercurius, {
  schema: readFileSync(new URL("schema.graphql", import.meta.url), "utf8"),
  resolvers: {
    ...dayList.resolvers,
    ...booking.resolvers,
    ...home.resolvers,
    ...healthRecord.resolvers,
    Query: { ...dayList.resolvers.Query, ...home.resolvers.Query },
    Resident: { ...home.resolvers.Resident, ...healthRecord.resolvers.Resident },
  },
  loaders: Object.fromEntries(Object.entries(loaders).map(([type, fields]) => [type, uncached(fields)])),
  context: async (request) => ({
    pool,
    viewer: await viewerOf(pool, request.headers.authorization),
    seen: new Set(),
    kinds: new Set(),
  }),
  jit: 1,
  graphiql: false,
});

// Whom a request looked at is written down before its answer leaves.
app.graphql.addHook("onResolution", async (_, { viewer, seen, kinds }) => {
  seen.delete(viewer.resident_id);
  await record(pool, viewer, seen, [...kinds].sort());
});

for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => app.close().then(() => pool.end()).then(() => process.exit(0)));

await app.ready();
app.server.listen({ fd: Number(process.argv[2]) });
