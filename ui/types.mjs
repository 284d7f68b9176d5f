// Writes the types of schema/schema.graphql where tsconfig.json says. Speaks only when that fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("node_modules/gql.tada/bin/cli.js", import.meta.url));
const done = spawnSync(process.execPath, [cli, "generate-output"], { encoding: "utf-8" });
if (done.status !== 0) process.stderr.write(done.stdout + done.stderr);
process.exitCode = done.status ?? 1;
