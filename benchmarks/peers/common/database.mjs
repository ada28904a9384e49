// The tables, asked through pg's pool as anyone would: prepared statements by name, times as the text that the answer shows.
import pg from "pg";

const TIMESTAMPTZ = 1184, DATE = 1082, INT8 = 20;

// The session's zone is Shanghai's: 2026-11-23 09:30:00+08 is shown as 2026-11-23T09:30:00+08:00.
pg.types.setTypeParser(TIMESTAMPTZ, (text) => `${text.slice(0, 10)}T${text.slice(11)}:00`);
pg.types.setTypeParser(DATE, (text) => text);
pg.types.setTypeParser(INT8, (text) => Number(text));

export function connect() {
  const url = new URL(process.env.ECARD_DATABASE_URL);
  const folder = url.searchParams.get("host");
  return new pg.Pool({
    host: folder ?? url.hostname,
    port: url.port || url.searchParams.get("port") || 5432,
    user: decodeURIComponent(url.username) || url.searchParams.get("user"),
    password: decodeURIComponent(url.password) || url.searchParams.get("password") || undefined,
    database: decodeURIComponent(url.pathname.slice(1)),
    max: Number(process.env.PEER_CONNECTIONS),
    idleTimeoutMillis: 0, // a connection that is closed takes its prepared statements along
    options: "-c jit=off -c timezone=Asia/Shanghai -c plan_cache_mode=force_generic_plan",
  });
}

let statements = 0;

// A statement that each connection prepares once; what is returned asks it with these values and gives its rows.
export function statement(text) {
  const name = `s${++statements}`;
  return async (connection, ...values) => (await connection.query({ name, text, values })).rows;
}

export async function transaction(pool, work) {
  const connection = await pool.connect();
  try {
    await connection.query("begin");
    const result = await work(connection);
    await connection.query("commit");
    return result;
  } catch (error) {
    await connection.query("rollback");
    throw error;
  } finally {
    connection.release();
  }
}
