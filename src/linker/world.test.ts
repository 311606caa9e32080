import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinker, type Linker } from './linker.ts';
import { MemoryLinkState } from './memory-state.ts';
import type { GangKind } from './test-gangs.ts';
import { judgeWorld } from './test-verdict.ts';
import { makeWorld, type World, type WorldAccount } from './test-world.ts';

const HONEST = 10_000;
const world = makeWorld(20_261_123, HONEST);
const linker = linked(world);
const verdict = judgeWorld(world, linker);

function linked({ observations }: World): Linker {
  const made = createLinker(new MemoryLinkState());
  for (let i = 0; i < observations.length; i += 256) {
    made.observe(observations.slice(i, i + 256));
    made.settle();
  }
  return made;
}

/** The gangs that the product promises to join. */
const PROMISED: readonly GangKind[] = ['cadence', 'stolen', 'numbered', 'proxies'];

test('of gang accounts 95 in 100 are joined to their gang', () => {
  const rows = verdict.gangs.filter(({ gang }) => PROMISED.includes(gang));
  const sum = (of: 'accounts' | 'joined') => rows.reduce((total, row) => total + row[of], 0);
  assert.ok(sum('joined') >= 0.95 * sum('accounts'), JSON.stringify(rows));
  for (const { gang, joined, accounts } of rows) assert.ok(joined >= 0.9 * accounts, gang);
});

test('of honest accounts at most one in 10,000 is in a party that is not its own', () => {
  assert.ok(verdict.wronged.length <= HONEST / 10_000, JSON.stringify(verdict.wronged));
});

test('a person is asked about at most one honest account in fifty', () => {
  assert.ok(verdict.suspectedHonest <= HONEST / 50, String(verdict.suspectedHonest));
});

test('a gang of which nothing but a rhythm is known is brought to a person', () => {
  const row = verdict.gangs.find(({ gang }) => gang === 'sign-ups');
  assert.ok(row !== undefined && row.joined + row.suspected >= 0.9 * row.accounts);
});

test('three gangs and three innocents are explained in plain sentences', () => {
  for (const gang of ['cadence', 'stolen', 'numbered'] as const) {
    const [one, ...others] = world.accounts.filter((account) => account.gang === gang);
    const other = others.findLast(({ operator }) => operator === one?.operator);
    const { verdict: answer, sentences } = explained(one, other);
    assert.equal(answer, 'linked', gang);
    for (const sentence of sentences) assert.match(sentence, /^[^\s].*[^\s]\.$/);
  }
  for (const innocents of innocentPairs()) {
    const { verdict: answer, sentences } = explained(...innocents);
    assert.notEqual(answer, 'linked');
    assert.ok(sentences.length > 1 && sentences.every((sentence) => sentence.endsWith('.')));
  }
});

function explained(one: WorldAccount | undefined, other: WorldAccount | undefined) {
  assert.ok(one && other);
  return linker.explain(one.ref, other.ref);
}

/** Two behind a university's gateway, two of an office, two of a workshop. */
function innocentPairs(): readonly (readonly [WorldAccount, WorldAccount])[] {
  const honest = new Map(
    world.accounts.filter(({ gang }) => gang === null).map((account) => [account.ref, account]),
  );
  const keys = [
    'email-domain uni1.example',
    'email-domain company1.example',
    'repository-content workshop 0',
  ];
  return keys.map((key) => {
    const sharing = world.observations.flatMap((observation) => {
      const isShown = observation.kind === 'shown' && observation.identifier.key === key;
      return (isShown ? honest.get(observation.account) : undefined) ?? [];
    });
    const [one] = sharing;
    const other = sharing.find(({ operator }) => operator !== one?.operator);
    assert.ok(one && other, key);
    return [one, other];
  });
}
