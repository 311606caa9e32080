/**
 * `docs/concepts/explanations.md` shows what the linker says of a made-up world. To write what it
 * says now: `node src/pipeline/explanations.test.ts write`.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { GangKind } from '../linker/test-gangs.ts';
import { type Draft, makeDrafts } from '../linker/test-world.ts';
import type { AccountRef } from '../model/party.ts';
import { refOf, tellWorld } from './test-told-world.ts';
import { openWorld, startPipeline } from './test-world.ts';

const PAGE = new URL('../../docs/concepts/explanations.md', import.meta.url);

type Pair = readonly [one: AccountRef, other: AccountRef];

const drafts = makeDrafts(20_261_128, 2_000);

/** The first and the last account of the first gang of its kind. */
function ofGang(kind: GangKind): Pair {
  const first = drafts.findIndex(({ gang }) => gang === kind);
  const last = drafts.findLastIndex(({ operator }) => operator === drafts[first]?.operator);
  return [refOf(first), refOf(last)];
}

/** The first two honest people of whom this is the same and the rest is not. */
function innocents(same: (draft: Draft) => string | undefined): Pair {
  const first = new Map<string, number>();
  for (const [number, draft] of drafts.entries()) {
    const key = draft.gang === null ? same(draft) : undefined;
    if (key === undefined) continue;
    const other = first.get(key);
    if (other !== undefined && drafts[other]?.operator !== draft.operator) {
      return [refOf(other), refOf(number)];
    }
    first.set(key, number);
  }
  return assert.fail('nobody is like that');
}

function commandsOf({ commands }: Draft): string | undefined {
  return commands?.join('\n');
}

/** More than any project that people fork has. */
const TUTORIAL_READERS_MIN = 35;

function tutorialOf(draft: Draft): string | undefined {
  const own = commandsOf(draft);
  if (own === undefined || draft.ips.some((ip) => ip.startsWith('129.'))) return undefined;
  const readers = drafts.filter((other) => commandsOf(other) === own).length;
  return readers >= TUTORIAL_READERS_MIN ? own : undefined;
}

/** By the headings of the page. */
const PAIRS: Readonly<Record<string, () => Pair>> = {
  'A sign-up every 24 seconds': () => ofGang('cadence'),
  'Stolen accounts': () => ofGang('stolen'),
  'Forty accounts behind residential proxies': () => ofGang('proxies'),
  'Two students of one university': () =>
    innocents(({ email, ips }) =>
      email.includes('@uni') ? ips.find((ip) => ip.startsWith('129.')) : undefined,
    ),
  'Two readers of one tutorial': () => innocents(tutorialOf),
  'Two colleagues of one office': () =>
    innocents(({ email, ips }) =>
      email.includes('@company') ? `${email.split('@')[1]} ${ips.at(-1)}` : undefined,
    ),
};

async function explanations(): Promise<ReadonlyMap<string, string>> {
  // A machine under load may take its time: no deadline passes here.
  const clock = { now: () => 0, elapsedMs: () => performance.now(), after: () => () => {} };
  const { ports, close } = await openWorld({ clock });
  const pipeline = startPipeline(ports);
  const told = new Map<string, string>();
  try {
    await tellWorld(drafts, pipeline);
    for (const [heading, pairOf] of Object.entries(PAIRS)) {
      const [from, to] = pairOf();
      const answer = await pipeline.links({ kind: 'explain', from, to });
      assert.equal(answer.kind, 'explained');
      assert.ok(answer.kind === 'explained');
      told.set(heading, answer.explanation.sentences.join('\n'));
    }
  } finally {
    await close();
  }
  return told;
}

/** Of each section the block in it. */
const SECTION = /^### (.+)\n([\s\S]*?```text\n)([\s\S]*?)\n```/gm;

const told = await explanations();
const page = readFileSync(PAGE, 'utf8');

if (process.argv[2] === 'write') {
  writeFileSync(
    PAGE,
    page.replace(SECTION, (_, heading, before) => {
      return `### ${heading}\n${before}${told.get(heading)}\n\`\`\``;
    }),
  );
} else {
  test('the page of explanations has six, and each is what the linker says', () => {
    const shown = [...page.matchAll(SECTION)].map(([, heading, , text]) => [heading, text]);
    assert.deepEqual(shown, [...told]);
  });

  test('the gangs are linked, the innocents are not, and no value stands there whole', () => {
    for (const [i, text] of [...told.values()].entries()) {
      assert.match(text, i < 3 ? /are believed to have one operator/ : /to be linked\. Each has/);
      assert.doesNotMatch(text, /\b4[0-9A-Za-z]{90}|[a-z0-9.]{2}@|\d+\.\d+\.\d+\.[1-9]/);
    }
  });
}
