import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { given } from "./given";

/** A service over an empty store that a test may stop and start; gone with its store when the test is over. */
export interface OwnService {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function withOwnService(act: (service: OwnService) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "whence-page-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let running: ChildProcess | null = null;
  const service: OwnService = {
    url,
    async start() {
      const store = `sqlite:///${join(folder, "whence.db")}`;
      running = spawn(given.whence, ["serve", "--quiet", "--port", String(port), "--store", store], { stdio: "ignore", env: bare() });
      for (let tries = 0; tries < 150 && !(await answers(url)); tries++) await new Promise((go) => setTimeout(go, 100));
    },
    async stop() {
      if (running === null || running.exitCode !== null) return;
      running.kill();
      await once(running, "exit");
    },
  };
  try {
    await service.start();
    await act(service);
  } finally {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The environment without settings of whence that a developer may have. */
const bare = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("WHENCE_")));

const answers = (url: string): Promise<boolean> => fetch(`${url}/health`).then(({ ok }) => ok, () => false);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
