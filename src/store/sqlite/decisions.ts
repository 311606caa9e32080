/** Reading decisions, one or a page, and the one thing that may change about them. */
import type { DatabaseSync } from 'node:sqlite';
import { decisionsScannedMax } from '../../base/limits.ts';
import { NEWEST } from '../page-cursor.ts';
import type { Row, Value } from '../rows.ts';
import type { EventLog } from './event-log.ts';
import { prepareRow, prepareWalk } from './prepare-rows.ts';

/** By its sequence: a row that `decisionOf` reads. */
export function prepareDecision(
  database: DatabaseSync,
): (sequence: number | null) => Row | undefined {
  return prepareRow(
    database,
    `SELECT body, answered, (SELECT scans.body FROM scans WHERE scans.sequence = scan),
       (SELECT fact_names.body FROM fact_names WHERE fact_names.sequence = decisions.fact_names)
     FROM decisions WHERE sequence = ?`,
  );
}

/** Such a row, or null. */
export function createDecision(database: DatabaseSync, log: EventLog): (key: string) => Row | null {
  const row = prepareDecision(database);
  return (key) => log.read(() => row(log.event(key)?.decision ?? null) ?? null);
}

export function createMarkDefaulted(
  database: DatabaseSync,
  log: EventLog,
): (keys: readonly string[]) => void {
  const mark = database.prepare("UPDATE decisions SET answered = 'default' WHERE sequence = ?");
  return (keys) =>
    log.write(() => {
      for (const key of keys) mark.run(log.event(key)?.decision ?? null);
    });
}

const FILTERS = ['provider', 'account', 'party', 'action'] as const;

type Filters = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;

export interface PageInput extends Filters {
  /** Only decisions below this sequence number; `NEWEST` on the first page. */
  readonly below: number;
  readonly limit: number;
}

export interface PageOutput {
  /** Rows that `decisionOf` reads. */
  readonly rows: readonly Row[];
  /** The sequence number to go on below, or null when nothing is left. */
  readonly next: number | null;
}

/** Rows of a sequence and the columns of `FILTERS`, newest first. */
type Walk = (input: PageInput) => Iterable<Row>;

const COLUMNS = `sequence, ${FILTERS.join(', ')}`;

/**
 * A page is a walk from newer to older: along the decisions of an account or a party when one is
 * asked for, down the index of an action, or down the table. Filters are checked on the way. After
 * `decisionsScannedMax` rows the walk stops and the page is short: however rare a combination is,
 * nobody's decision waits long behind a list.
 */
export function createDecisions(
  database: DatabaseSync,
  log: EventLog,
): (input: PageInput) => PageOutput {
  const walkOf = createWalks(database, log);
  const decision = prepareDecision(database);
  return (input) =>
    log.read(() => {
      const { found, next } = choose(walkOf(input)(input), input);
      return { rows: found.map((sequence) => decision(sequence) ?? []), next };
    });
}

function createWalks(database: DatabaseSync, log: EventLog): (input: PageInput) => Walk {
  const prepare = (from: string) =>
    prepareWalk(database, `SELECT ${COLUMNS} FROM decisions ${from} ORDER BY sequence DESC`);
  // The index leaves out what nearly every decision is.
  const action = prepare(
    "INDEXED BY decisions_by_action WHERE action <> 'allow' AND action = ? AND sequence < ?",
  );
  const all = prepare('NOT INDEXED WHERE sequence < ?');
  const account = createAccountWalk(database, log);
  const party = createPartyWalk(database, log);
  return (input) => {
    if (input.provider !== undefined && input.account !== undefined) return account;
    if (input.party !== undefined) return party;
    if (input.action === undefined || input.action === 'allow') return ({ below }) => all(below);
    return ({ below }) => action(input.action ?? null, below);
  };
}

/**
 * Each decision names the one before on its account, and on its party. A page begins behind the
 * last decision of the page before; a cursor that is no decision of theirs is a bad one.
 */
function createAccountWalk(database: DatabaseSync, log: EventLog): Walk {
  return createChainWalk(database, 'previous', {
    last: ({ provider, account }) =>
      log.account(provider ?? null, account ?? null)?.lastDecision ?? null,
    has: (input, [, provider, account]) => provider === input.provider && account === input.account,
  });
}

function createPartyWalk(database: DatabaseSync, log: EventLog): Walk {
  return createChainWalk(database, 'previous_of_party', {
    last: ({ party }) => log.lastOfParty(party ?? ''),
    has: (input, [, , , party]) => party === input.party,
  });
}

interface Chain {
  readonly last: (input: PageInput) => number | null;
  /** Whether a row of the walk is part of the chain that is asked for. */
  readonly has: (input: PageInput, row: Row) => boolean;
}

function createChainWalk(database: DatabaseSync, previous: string, { last, has }: Chain): Walk {
  const read = prepareRow(
    database,
    `SELECT ${previous}, ${COLUMNS} FROM decisions WHERE sequence = ?`,
  );
  function start(input: PageInput): Value {
    if (input.below === NEWEST) return last(input);
    const [before = null, ...row] = read(input.below) ?? [];
    return has(input, row) ? before : null;
  }
  return function* walk(input) {
    for (let sequence = start(input); sequence !== null; ) {
      const [before = null, ...row] = read(sequence) ?? [];
      yield row;
      sequence = before;
    }
  };
}

function choose(
  rows: Iterable<Row>,
  input: PageInput,
): { readonly found: readonly number[]; readonly next: number | null } {
  const found: number[] = [];
  let scanned = 0;
  for (const [sequence, ...columns] of rows) {
    if (FILTERS.every((name, i) => input[name] === undefined || input[name] === columns[i])) {
      if (found.length === input.limit) return { found, next: found.at(-1) ?? null };
      found.push(Number(sequence));
    }
    if (++scanned === decisionsScannedMax) return { found, next: Number(sequence) };
  }
  return { found, next: null };
}
