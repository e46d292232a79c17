// Asks a tickerplant and an rdb what node-q users ask, and prints what came back as one line of JSON.
// usage: node client.js TICKERPLANT_PORT RDB_PORT TABLE
"use strict";
const nodeq = require("node-q");

const [tickerplantPort, rdbPort, table] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const seen = { updates: 0, rows: 0 };

function connect(port) {
  return new Promise((resolve, reject) =>
    nodeq.connect({ host: "127.0.0.1", port }, (error, connection) => (error ? reject(error) : resolve(connection))));
}

function ask(connection, ...query) {
  return new Promise((resolve) =>
    connection.k(...query, (error, result) => resolve(error ? { error: error.message } : result)));
}

async function main() {
  const rdb = await connect(rdbPort);
  seen.sum = await ask(rdb, "sum 1 2 3");
  seen.applied = await ask(rdb, "cor", [1, 2, 3], [4, 5, 6]);
  seen.tables = await ask(rdb, "tables[]");
  seen.bySym = await ask(rdb, `0!select n:count i by sym from ${table}`);
  seen.first = await ask(rdb, `select[1] from ${table}`);
  seen.unknown = await ask(rdb, "no_such_name");
  seen.type = await ask(rdb, "1+`a");
  seen.after = await ask(rdb, "1+1");
  rdb.close();

  const tickerplant = await connect(tickerplantPort);
  const enough = new Promise((resolve) =>
    tickerplant.on("upd", (name, rows) => {
      if (name !== table) return;
      seen.updates += 1;
      seen.rows += rows.length;
      if (seen.updates >= 3) resolve();
    }));
  const subscribed = await ask(tickerplant, ".u.sub", nodeq.symbol(table), nodeq.symbol(""));
  seen.schemaName = subscribed[0];
  seen.badTable = await ask(tickerplant, ".u.sub", nodeq.symbol("no_such_table"), nodeq.symbol(""));
  await enough;
  tickerplant.close();
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
setTimeout(() => {
  console.error("timed out after " + JSON.stringify(seen));
  process.exit(2);
}, 30000).unref();
