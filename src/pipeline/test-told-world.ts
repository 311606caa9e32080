/**
 * The accounts of a made-up provider as it would tell of them: events of sign-ups, mailboxes, cards
 * and projects, and jobs that ask to run. Nothing is given to the linker that it does not find out
 * itself; what a gang's jobs are seen to do is what the scanner sees.
 */
import { assert } from '../base/assert.ts';
import { sha256Hex } from '../base/hash.ts';
import type { JsonObject } from '../base/json.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import { type Draft, WORLD_DAYS, WORLD_START } from '../linker/test-world.ts';
import type { Event, EventType } from '../model/event.ts';
import { parseSubject } from '../model/ids.ts';
import type { AccountRef } from '../model/party.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import type { Pipeline } from './request.ts';
import { jobRequest } from './test-world.ts';

const BATCH = 256;

export function refOf(number: number): AccountRef {
  return `gitlab/u${number}` as AccountRef;
}

export async function tellWorld(drafts: readonly Draft[], pipeline: Pipeline): Promise<void> {
  for (let at = 0; at < drafts.length; at += BATCH) {
    await tellAll(
      drafts.slice(at, at + BATCH).flatMap((draft, i) => eventsOf(draft, at + i)),
      pipeline,
    );
  }
  for (let at = 0; at < drafts.length; at += BATCH) {
    const answers = drafts.slice(at, at + BATCH).map((draft, i) => askFor(draft, at + i, pipeline));
    await Promise.all(answers);
  }
}

async function tellAll(events: readonly Event[], pipeline: Pipeline): Promise<void> {
  for (let at = 0; at < events.length; at += BATCH) {
    const { kind } = await pipeline.ingest(events.slice(at, at + BATCH), END);
    assert(kind === 'stored', 'the events are new');
  }
}

const END = WORLD_START + (WORLD_DAYS + 30) * DAY_MS;

function eventsOf(draft: Draft, number: number): readonly Event[] {
  const { signedUpAt, username, email, userAgent, ips } = draft;
  const tell = (type: EventType, days: number, data: JsonObject) =>
    eventOf(type, number, signedUpAt + days * DAY_MS, data);
  const identifiers = (['device', 'phone', 'key'] as const).flatMap((kind) => {
    const value = draft[kind];
    return value === null ? [] : [{ kind, value }];
  });
  const [ip = '', ...later] = ips;
  const paths = (name: string) => [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${name}/file-${n}.txt`);
  return [
    tell('account.created', 0, { username, email, userAgent, ip, identifiers }),
    ...(draft.isVerified ? [tell('account.verified', 0, { email })] : []),
    ...(draft.card === null ? [] : [tell('instrument.added', 0, { fingerprint: draft.card })]),
    ...(draft.files === null ? [] : [tell('project.created', 0, { files: paths(draft.files) })]),
    ...draft.starts.map((at, i) => startOf(number, i, at)),
    ...later.map((other, i) => tell('account.login', 2 * (i + 1), { ip: other })),
  ];
}

function eventOf(type: EventType, number: number, time: number, data: JsonObject): Event {
  const subject = parseSubject(refOf(number));
  assert(subject !== null, 'an account');
  const id = `${type} ${number} ${time}`;
  return { source: 'told', id, type, subject, time, data, bodyHash: sha256Hex(id) };
}

function startOf(number: number, nth: number, time: number): Event {
  const started = eventOf('job.started', number, time, {});
  const subject = parseSubject(`${refOf(number)}/nightly-${nth}`);
  assert(subject !== null, 'a job');
  return { ...started, subject };
}

async function askFor(draft: Draft, number: number, pipeline: Pipeline): Promise<void> {
  if (draft.commands === null) return;
  const script = scriptOf(draft, draft.commands);
  const options = { account: `u${number}`, at: draft.signedUpAt + HOUR_MS };
  const answer = await pipeline.decide(jobRequest(`${number}`, script, options));
  assert(answer.kind === 'decided', 'the job is decided');
}

/**
 * The commands with what the scanner is to find in them. A gang's jobs name the address that is
 * paid, or only a pool, or neither where the miner reads it all from a file.
 */
function scriptOf({ payouts: [wallet], verdict }: Draft, commands: readonly string[]): string {
  const script = commands.join('\n');
  const pool = '-o pool.example.org:443 --rig-id ';
  if (wallet !== undefined) {
    const seed = Number.parseInt(sha256Hex(wallet).slice(0, 8), 16);
    return script.replace(pool, `-o pool.example.org:443 -u ${testAddress('monero', seed)}.`);
  }
  return verdict === 'clear' ? script.replace(pool, '--config ') : script;
}
