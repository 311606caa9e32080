/**
 * Gangs among honest people, told to the server as a provider would: sign-ups, mailboxes, cards,
 * projects, logins and starts as events, jobs as questions that the scanner reads, all through the
 * pipeline and a real store. Then the store is opened again, and what it knows is counted against
 * who is who.
 *
 * `GANGS_HONEST` says how many honest people there are.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GangRow, judgeWorld, type WorldVerdict } from '../src/linker/test-verdict.ts';
import { accountsOf, type Draft, makeDrafts } from '../src/linker/test-world.ts';
import { openLinks } from '../src/pipeline/links.ts';
import { tellWorld } from '../src/pipeline/test-told-world.ts';
import { openWorld, startPipeline } from '../src/pipeline/test-world.ts';
import type { Store } from '../src/ports/store.ts';
import { openSqliteStore } from '../src/store/sqlite/open-sqlite-store.ts';
import type { Measurement } from './measure.ts';

const SEED = 7;
const HONEST = Number(process.env['GANGS_HONEST'] ?? 100_000);
/** Gangs of these kinds show nothing yet, or nothing at all, that they could not have copied. */
const BEYOND: readonly GangRow['gang'][] = ['sign-ups', 'hidden'];

export async function gangs(): Promise<Measurement> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-bench-gangs-'));
  try {
    const drafts = makeDrafts(SEED, HONEST);
    const toldMs = await timed(() => tell(drafts, directory));
    const { verdict, startMs } = await judge(drafts, directory);
    return {
      name: 'gangs',
      settings: { seed: SEED, honest: verdict.honest },
      columns: ['gang', 'gangs', 'accounts', 'joined', 'percent', 'of the others, suspected'],
      rows: verdict.gangs.map(rowOf),
      notes: notesOf(verdict, toldMs, startMs),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function rowOf({ gang, gangs: count, accounts, joined, suspected }: GangRow): (string | number)[] {
  const name = BEYOND.includes(gang) ? `(${gang})` : gang;
  return [name, count, accounts, joined, (100 * joined) / accounts, suspected];
}

function notesOf(verdict: WorldVerdict, toldMs: number, startMs: number): readonly string[] {
  const { honest, wronged, suspectedHonest, gangs: rows } = verdict;
  const own = rows.filter(({ gang }) => !BEYOND.includes(gang));
  const sum = (key: 'accounts' | 'joined'): number =>
    own.reduce((total, row) => total + row[key], 0);
  const share = (100 * sum('joined')) / sum('accounts');
  const rate = (10_000 * wronged.length) / honest;
  return [
    `Of ${sum('accounts')} accounts of gangs without brackets ${sum('joined')} are joined to theirs, ${share.toFixed(1)} %.`,
    `Of ${honest} honest accounts ${wronged.length} are in a party that is not their own, ${rate.toFixed(2)} in 10,000; a person is told of ${suspectedHonest}.`,
    `Told in ${(toldMs / 1_000).toFixed(1)} s, read again at a start in ${(startMs / 1_000).toFixed(1)} s.`,
  ];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function tell(drafts: readonly Draft[], directory: string): Promise<void> {
  const store = await opened(directory);
  // No deadline passes here: each job is decided.
  const clock = { now: () => 0, elapsedMs: () => performance.now(), after: () => () => {} };
  const world = await openWorld({ clock, store, links: await openLinks(store) });
  await tellWorld(drafts, startPipeline(world.ports));
  await Promise.all([store.close(), world.close()]);
}

async function judge(
  drafts: readonly Draft[],
  directory: string,
): Promise<{ readonly verdict: WorldVerdict; readonly startMs: number }> {
  const started = performance.now();
  const store = await opened(directory);
  const links = await openLinks(store);
  const startMs = performance.now() - started;
  const verdict = judgeWorld(
    { accounts: accountsOf(drafts) },
    {
      partyOf: (account) => links.partyOf(account),
      suspicions: (account) => {
        const answer = links.answer({ kind: 'account', account });
        return answer.kind === 'account' ? answer.suspicions : [];
      },
    },
  );
  await store.close();
  return { verdict, startMs };
}

async function opened(directory: string): Promise<Store> {
  const store = await openSqliteStore({ directory });
  if (!store.ok) throw new Error(store.error.message);
  return store.value;
}
