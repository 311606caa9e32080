/**
 * Who started jobs together with whom. A pattern of starts is nobody's business while one account
 * alone has it, and everybody's when very many do, such as all who have their jobs at midnight: in
 * between, and only then, it is a value that its accounts show. So what is stored are the starts
 * that are kept of an account and patterns that somebody shares.
 */
import type { EpochMs } from '../base/time.ts';
import type { Identifier, IdentifierKey } from '../model/identifier.ts';
import {
  patternValue,
  type StartPattern,
  startPatterns,
  withStart,
} from './identifiers/start-pattern.ts';
import type { AccountNumber, LinkState } from './link-state.ts';
import type { ValueChange } from './value-change.ts';
import { WEIGHTS } from './weights.ts';

/** Who comes to show a pattern and who no longer does, because the account started a job. */
export function enterStart(
  state: LinkState,
  account: AccountNumber,
  at: EpochMs,
): readonly ValueChange[] {
  const kept = state.starts(account);
  const after = withStart(kept, at);
  if (after === kept) return [];
  const [old, own] = [startPatterns(kept), startPatterns(after)];
  const touched = [
    ...old.filter((pattern) => !own.includes(pattern)),
    ...own.filter((pattern) => !old.includes(pattern)),
  ];
  const before = touched.map((pattern) => showersOf(state, pattern));
  state.setStarts(account, after);
  return touched.flatMap((pattern, i) =>
    changesOf(pattern, before[i] ?? [], showersOf(state, pattern)),
  );
}

const { accountsMax } = WEIGHTS['start-pattern'];

function showersOf(state: LinkState, pattern: StartPattern): readonly AccountNumber[] {
  const sharers = state.startSharers(pattern, accountsMax + 1);
  return sharers.length < 2 || sharers.length > accountsMax ? [] : sharers;
}

function changesOf(
  pattern: StartPattern,
  before: readonly AccountNumber[],
  now: readonly AccountNumber[],
): readonly ValueChange[] {
  const { key, display, at } = patternValue(pattern);
  const value: Identifier = { kind: 'start-pattern', key: key as IdentifierKey, display };
  const change = (account: AccountNumber, isIn: boolean): ValueChange => {
    return { account, value, at, isIn };
  };
  return [
    ...before.filter((one) => !now.includes(one)).map((one) => change(one, false)),
    ...now.filter((one) => !before.includes(one)).map((one) => change(one, true)),
  ];
}
