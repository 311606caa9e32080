/**
 * Requests at a steady rate, whatever the server does: request *i* is due at *i* / rate, and its
 * latency counts from then, so that a stall is felt by all that were due in it. (autocannon's own
 * rate sends a second's worth at the start of each second.)
 */
import { Agent, request } from 'node:http';

/** Until the connections are made and the client's own code is compiled; not counted. */
const WARM_UP_MS = 2_000;

export interface PacedResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function pacedLoad(
  url: string,
  bodies: readonly string[],
  headers: Readonly<Record<string, string>>,
  { perSecond, seconds, connections }: Record<'perSecond' | 'seconds' | 'connections', number>,
): Promise<PacedResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const total = perSecond * seconds;
  const latenciesMs: number[] = [];
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.ceil(((performance.now() - started) / 1_000) * perSecond));
    for (; sent < due; sent++) {
      const dueMs = started + (sent / perSecond) * 1_000;
      const body = bodies[sent % bodies.length] ?? '';
      pending.push(
        post(url, body, headers, agent).then(() => {
          const isWarm = dueMs - started > WARM_UP_MS;
          if (isWarm) latenciesMs.push(performance.now() - dueMs);
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  const took = (performance.now() - started) / 1_000;
  agent.destroy();
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return { perSecond: total / took, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  agent: Agent,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    sending.on('error', reject).end(body);
  });
}
