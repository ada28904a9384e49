// PostGraphile over the views of schema.sql, as its documents advise: the viewer is a setting of each transaction, and nothing is written
// by hand but what the views cannot say. It listens on a socket that is open already, whose number is the first argument.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { connect } from "../common/database.mjs";
import { viewerOf } from "../common/viewer.mjs";
import { plugins } from "./plugins.mjs";

const pool = connect();
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: plugins(pool),
  disablePlugins: ["NodePlugin", "PgRBACPlugin"],
  schema: { defaultBehavior: "-insert -update -delete" },
  pgServices: [makePgService({ pool, schemas: ["postgraphile"] })],
  grafserv: { graphiql: false, watch: false },
  grafast: {
    explain: false,
    async context({ node }) {
      const viewer = await viewerOf(pool, node.req.headers.authorization);
      return { viewer, pgSettings: { "viewer.resident_id": viewer.resident_id } };
    },
  },
});

const server = createServer();
const serving = instance.createServ(grafserv);
await serving.addTo(server);
await instance.getSchema();

for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => {
  server.close();
  server.closeAllConnections();
  pool.end().then(() => process.exit(0));
});

server.listen({ fd: Number(process.argv[2]) });
