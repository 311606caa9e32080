/**
 * Closed-loop load on one address: so many connections, each asking again as soon as it is answered.
 * wrk where it is installed, since client and server share the machine and it takes a third of
 * autocannon's processor time; else autocannon. `BENCH_CLIENT` names one. Both must see nothing but
 * success.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';

export interface Load {
  readonly url: string;
  readonly bodies: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly connections: number;
}

export interface Round {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the client, in cores. */
  readonly clientCores: number;
}

export interface LoadClient {
  readonly name: string;
  load(load: Load): Promise<Round>;
}

export const autocannonClient: LoadClient = { name: 'autocannon', load: byAutocannon };
const wrkClient: LoadClient = { name: 'wrk', load: byWrk };

export function lightestClient(): LoadClient {
  const wanted = process.env['BENCH_CLIENT'];
  const clients = [wrkClient, autocannonClient];
  if (wanted !== undefined) {
    const client = clients.find(({ name }) => name === wanted);
    if (client === undefined) throw new Error(`BENCH_CLIENT is wrk or autocannon, not ${wanted}`);
    return client;
  }
  return spawnSync('wrk', ['-v']).error === undefined ? wrkClient : autocannonClient;
}

async function byAutocannon({ url, bodies, headers, ...load }: Load): Promise<Round> {
  const before = process.cpuUsage();
  const { pathname } = new URL(url);
  const result = await autocannon({
    url,
    connections: load.connections,
    duration: load.seconds,
    method: 'POST',
    headers,
    requests: bodies.map((body) => ({ method: 'POST' as const, path: pathname, body })),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = result.duration;
  return {
    requests: result['2xx'],
    perSecond: result['2xx'] / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    clientCores: (user + system) / 1e6 / seconds,
  };
}

/** What the script below prints at the end. */
interface WrkSummary {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  readonly cpuSeconds: number;
}

async function byWrk({ url, bodies, headers, seconds, connections }: Load): Promise<Round> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-wrk-'));
  try {
    const script = join(directory, 'load.lua');
    writeFileSync(script, wrkScript(bodies, headers));
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url];
    const output = await outputOf('wrk', args);
    const last = output.trimEnd().split('\n').at(-1) ?? '';
    const { requests, errors, cpuSeconds, ...round } = JSON.parse(last) as WrkSummary;
    if (errors > 0) throw new Error(`${url}: ${errors} calls had an error or an answer over 399`);
    return {
      requests,
      perSecond: requests / round.seconds,
      p50Ms: round.p50Ms,
      p99Ms: round.p99Ms,
      clientCores: cpuSeconds / round.seconds,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A body is JSON in one line, so that no level of brackets closes early and no line is lost. */
function wrkScript(bodies: readonly string[], headers: Readonly<Record<string, string>>): string {
  const quoted = bodies.map((body) => `[==[${body}]==]`);
  const named = Object.entries(headers).map(([name, value]) => `["${name}"] = "${value}"`);
  return `
local bodies = {${quoted.join(',\n')}}
local headers = {${named.join(', ')}}
local requests = {}
local next = 0
-- Made once: the client is to cost as little as it can.
init = function()
  for i, body in ipairs(bodies) do requests[i] = wrk.format("POST", nil, headers, body) end
end
request = function()
  next = next % #requests + 1
  return requests[next]
end
done = function(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  local text = '{"requests":%d,"seconds":%f,"p50Ms":%f,"p99Ms":%f,"errors":%d,"cpuSeconds":%f}\\n'
  io.write(string.format(text, summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, errors, os.clock()))
end
`;
}

async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return output;
}
