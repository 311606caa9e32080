/** Observations for tests: keys are the values themselves, times are hours. */
import assert from 'node:assert/strict';
import { HOUR_MS } from '../base/time.ts';
import type { Identifier, IdentifierKey, SharedKind } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import type { AccountRef } from '../model/party.ts';
import { createLinker, type Linker } from './linker.ts';
import { MemoryLinkState } from './memory-state.ts';

export const START = Date.UTC(2026, 0, 5);

export function ref(name: string): AccountRef {
  return `gitlab/${name}` as AccountRef;
}

export function identifier(kind: SharedKind, value: string): Identifier {
  return { kind, key: `${kind}=${value}` as IdentifierKey, display: value };
}

export function shown(account: string, kind: SharedKind, value: string, hour = 0): Observation {
  const at = START + hour * HOUR_MS;
  return { kind: 'shown', account: ref(account), identifier: identifier(kind, value), at };
}

export function signedUp(account: string, atMs: number): Observation {
  return { kind: 'signed-up', account: ref(account), at: START + atMs };
}

export function started(account: string, atMs: number): Observation {
  return { kind: 'started', account: ref(account), at: START + atMs };
}

export function withdrawn(account: string, kind: SharedKind, value: string): Observation {
  return { kind: 'withdrawn', account: ref(account), identifier: identifier(kind, value) };
}

export function newLinker(): Linker {
  return createLinker(new MemoryLinkState());
}

export function linkerWith(observations: readonly Observation[]): Linker {
  const linker = newLinker();
  linker.observe(observations);
  linker.settle();
  return linker;
}

/** The accounts of each party of two and more, sorted. Each is found by its name, and no other. */
export function partiesOf(linker: Linker, names: readonly string[]): readonly string[][] {
  const parties = new Map<string, string[]>();
  for (const name of names) {
    const id = linker.partyOf(ref(name));
    const found = linker.find(id);
    assert.equal(found === null, linker.accountsWith(ref(name)) === 1, `${name} is in ${id}`);
    if (found !== null) assert.equal(linker.partyOf(found), id);
    parties.set(id, [...(parties.get(id) ?? []), name]);
  }
  return [...parties.values()]
    .filter((party) => party.length > 1)
    .map((party) => party.sort())
    .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}
