/** The log and its index against a model: batches, late decisions, failures, deaths at random. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { storeFoldMin, storeIndexLagMax } from '../../base/limits.ts';
import type { Row } from '../rows.ts';
import { EventLog } from './event-log.ts';
import { KeyIndex } from './key-index.ts';
import { migrate, readMigrations } from './migrate.ts';
import { OperationLog } from './operation-log.ts';
import { isSqliteError } from './sqlite-error.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const EVENTS = 24;
const ACCOUNTS = 5;

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  assert(migrate(database, readMigrations()).ok);
  return database;
}

/** Event n is of account n modulo `ACCOUNTS`, and was received before the events below it. */
function keyOf(n: number): string {
  return ((n * 0x9e3779b1) >>> 0).toString(16).padStart(32, '0');
}

function accountOf(n: number): string {
  return `account ${n % ACCOUNTS}`;
}

function eventRow(n: number): Row {
  const time = 1_000 - n;
  const definition = n % 3 === 0 ? null : `{"definition":${n % 5}}`;
  const named = ['s', `${n}`, 'job.requested', null, time, 'h'];
  return [keyOf(n), 'p', accountOf(n), time, ...named, definition, '{}'];
}

function decisionRow(n: number): Row {
  const account = accountOf(n);
  return [
    keyOf(n),
    n % 3,
    1,
    n % 2,
    'p',
    account,
    partyOf(n),
    'allow',
    'decision',
    `{"n":${n % 7}}`,
    n % 4 === 0 ? null : `["n","${n % 2}"]`,
    `${n}`,
  ];
}

/** Of accounts and of none, changing while they go on. */
function partyOf(n: number): string | null {
  return n % 4 === 3 ? null : `party ${n % 4}`;
}

type Step =
  | { readonly kind: 'ingest' | 'decide'; readonly events: readonly number[]; fails: boolean }
  | { readonly kind: 'die' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('ingest' as const, 'decide' as const),
        events: fc.uniqueArray(fc.nat({ max: EVENTS - 1 }), { maxLength: 6 }),
        fails: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'die' as const }) },
  ),
  { maxLength: 30 },
);

/** What the log should know: events and decisions in the order in which they were added. */
class Model {
  readonly events: number[] = [];
  readonly decisions: number[] = [];

  add(n: number, isDecided: boolean): void {
    if (!this.events.includes(n)) this.events.push(n);
    if (isDecided && !this.decisions.includes(n)) this.decisions.push(n);
  }

  /** 0: it was not added. */
  eventOf(n: number): number {
    return this.events.indexOf(n) + 1;
  }

  decisionOf(n: number): number | null {
    return this.decisions.indexOf(n) + 1 || null;
  }

  check(log: EventLog): void {
    for (let n = 0; n < EVENTS; n++) {
      const event = this.eventOf(n);
      const decision = this.decisionOf(n);
      assert.deepEqual(log.event(keyOf(n)), event === 0 ? null : { event, decision });
    }
    for (let account = 0; account < ACCOUNTS; account++) this.#checkAccount(log, account);
    for (let party = 0; party < 3; party++) {
      const last = this.decisions.findLastIndex((n) => partyOf(n) === `party ${party}`);
      assert.equal(log.lastOfParty(`party ${party}`), last < 0 ? null : last + 1);
    }
  }

  #checkAccount(log: EventLog, account: number): void {
    const events = this.events.filter((n) => n % ACCOUNTS === account);
    const decisions = this.decisions.filter((n) => n % ACCOUNTS === account);
    const last = decisions.at(-1);
    const hours = [0, 1, 2].flatMap((hour) => {
      const then = decisions.filter((n) => n % 3 === hour);
      return then.length === 0 ? [] : [hour, then.length, then.filter((n) => n % 2 === 1).length];
    });
    const firstSeenAt = 1_000 - Math.max(...events);
    const lastDecision = last === undefined ? null : this.decisions.indexOf(last) + 1;
    const expected = events.length === 0 ? null : { firstSeenAt, lastDecision, hours };
    assert.deepEqual(log.account('p', accountOf(account)), expected);
  }
}

/** Does the step, and undoes it when it is one that fails at its end. */
function take(log: EventLog, model: Model, step: Exclude<Step, { kind: 'die' }>): void {
  const isDecided = step.kind === 'decide';
  const work = (): void => {
    for (const n of step.events) {
      log.addEvent(eventRow(n));
      if (isDecided) log.addDecision(decisionRow(n));
    }
  };
  log.write(work, () => !step.fails);
  if (!step.fails) for (const n of step.events) model.add(n, isDecided);
}

test('the log knows what was added to it, with failures and deaths at any step', () => {
  const property = fc.property(steps, fc.integer({ min: 1, max: 9 }), (taken, lagMax) => {
    const database = emptyDatabase();
    const model = new Model();
    let log = new EventLog(database, lagMax);
    for (const step of taken) {
      if (step.kind === 'die') log = new EventLog(database, lagMax);
      else take(log, model, step);
      model.check(log);
    }
    checkChains(database);
    model.check(new EventLog(database));
    checkTables(database, model);
    database.close();
  });
  fc.assert(property, { numRuns: RUNS });
});

/** Each decision names the one before it on its account, and on its party. */
function checkChains(database: DatabaseSync): void {
  const before = (name: string) =>
    `(SELECT max(sequence) FROM decisions WHERE sequence < d.sequence AND ${name} = d.${name})`;
  const wrong = database.prepare(`
    SELECT sequence FROM decisions AS d
    WHERE previous IS NOT ${before('account')} OR previous_of_party IS NOT ${before('party')}`);
  assert.deepEqual(wrong.all(), []);
}

/** After a start the indexes are complete in the database, not in memory alone. */
function checkTables(database: DatabaseSync, model: Model): void {
  const count = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
  const keys = new KeyIndex(database, 'event_key', 2);
  for (const n of model.events) assert.equal(keys.find(keyOf(n))?.[0], model.eventOf(n));
  for (const n of model.decisions) assert.equal(keys.find(keyOf(n))?.[1], model.decisionOf(n));
  assert.equal(
    count('SELECT ifnull(sum(value), 0) FROM accounts, json_each(hours) WHERE key % 3 = 1'),
    model.decisions.length,
  );
}

test('emptied indexes are written anew by a start, in several steps', () => {
  const database = emptyDatabase();
  const log = new EventLog(database);
  const count = 2 * storeIndexLagMax + 100;
  fill(log, count);
  const dump = () => database.prepare('SELECT * FROM accounts ORDER BY account').all();
  const before = new EventLog(database) && dump();
  database.exec(
    'DELETE FROM event_key_runs; DELETE FROM accounts; DELETE FROM parties; DELETE FROM folded',
  );
  const again = new EventLog(database);
  assert.deepEqual(dump(), before);
  for (const n of [0, 1, count - 1]) {
    assert.deepEqual(again.event(keyOf(n)), { event: n + 1, decision: n + 1 });
  }
});

test('the index in the database is never further behind than one and a half generations', () => {
  const database = emptyDatabase();
  const log = new EventLog(database);
  const folded = database.prepare('SELECT event FROM folded');
  let furthest = 0;
  fill(log, 4 * storeIndexLagMax, (count) => {
    furthest = Math.max(furthest, count - Number(folded.get()?.['event'] ?? 0));
  });
  assert(furthest > storeIndexLagMax, `${furthest}`);
  assert(furthest <= 1.5 * storeIndexLagMax + storeFoldMin + 256, `${furthest}`);
});

/** Records events and decisions in batches of 128. */
function fill(log: EventLog, count: number, after: (count: number) => void = () => {}): void {
  for (let first = 0; first < count; first += 128) {
    const end = Math.min(first + 128, count);
    log.write(() => {
      for (let n = first; n < end; n++) {
        log.addEvent(eventRow(n));
        log.addDecision(decisionRow(n));
      }
    });
    after(end);
  }
}

test('a decision without an event is refused by the database, and all with it', () => {
  const log = new EventLog(emptyDatabase());
  const work = () => {
    log.addEvent(eventRow(1));
    log.addDecision(decisionRow(2));
  };
  assert.throws(() => log.write(work), isSqliteError);
  assert.equal(log.event(keyOf(1)), null);
  assert.equal(log.account('p', accountOf(1)), null);
});

test('a rollback that cannot read is nothing to try again, and all else is taken back', () => {
  const database = emptyDatabase();
  const operations = new OperationLog(database, 1);
  const pages = 'operation_key_pages';
  let fails = false;
  const behind = (rollback: () => void) => ({ fold() {}, commit() {}, forget() {}, rollback });
  const hiding = behind(() => database.exec(`ALTER TABLE ${pages} RENAME TO hidden`));
  const showing = {
    ...behind(() => database.exec(`ALTER TABLE hidden RENAME TO ${pages}`)),
    fold: () => database.exec(fails ? 'INSERT INTO nowhere VALUES (1)' : ''),
  };
  const log = new EventLog(database, 1, [hiding, operations.generations, showing]);
  const add = (n: number): void => {
    log.write(() => {
      log.addEvent(eventRow(n));
      operations.add([`o${n}`, 'ab'.repeat(16), 0, 1, 1, '[]']);
    });
  };
  add(1);
  fails = true;
  const isEnd = (error: unknown) =>
    error instanceof Error && /out of step/.test(error.message) && !isSqliteError(error);
  assert.throws(() => add(2), isEnd);
  fails = false;
  assert.equal(log.event(keyOf(2)), null);
  operations.generations.rollback();
  for (const n of [4, 2, 7]) add(n);
  const definitions = database.prepare(`
    SELECT events.id, definitions.body FROM events
    LEFT JOIN definitions ON definitions.sequence = definition`);
  for (const { id, body } of definitions.all()) {
    assert.equal(body, eventRow(Number(id)).at(-2), `the definition of event ${id}`);
  }
});
