/**
 * Requests at a steady rate, whatever the server does: request *i* is due at *i* / rate, and its
 * latency counts from then, so that a stall is felt by all that were due in it. (autocannon's own
 * rate sends a second's worth at the start of each second.) By undici, which takes 16 µs of
 * processor time a request where `node:http` takes 29: at 12,000 a second a fifth of a core that
 * the server has not.
 */
import { Pool } from 'undici';

/** Until the connections are made and the client's own code is compiled; not counted. */
const WARM_UP_MS = 2_000;

export interface PacedLoad {
  readonly url: string;
  readonly bodies: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface PacedRound {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

export async function pacedLoad({ perSecond, seconds, ...load }: PacedLoad): Promise<PacedRound> {
  const { origin, pathname } = new URL(load.url);
  const bodies = load.bodies.map((body) => Buffer.from(body));
  const pool = new Pool(origin, { connections: load.connections });
  const total = perSecond * seconds;
  const latenciesMs: number[] = [];
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.ceil(((performance.now() - started) / 1_000) * perSecond));
    for (; sent < due; sent++) {
      const dueMs = started + (sent / perSecond) * 1_000;
      const body = bodies[sent % bodies.length] ?? null;
      pending.push(
        post(pool, pathname, load.headers, body).then(() => {
          const isWarm = dueMs - started > WARM_UP_MS;
          if (isWarm) latenciesMs.push(performance.now() - dueMs);
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  const took = (performance.now() - started) / 1_000;
  await pool.close();
  return { perSecond: total / took, latenciesMs };
}

function post(
  pool: Pool,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer | null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.dispatch(
      { path, method: 'POST', headers, body },
      {
        // undici asks for all five, whatever its types say.
        onRequestStart: () => {},
        onResponseData: () => {},
        onResponseStart: (_controller, status) => {
          if (status !== 200) reject(new Error(`answered ${status}`));
        },
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
