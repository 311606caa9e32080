/** What changes the ledger without a decision: events that only tell, and time. */
import type { EpochMs } from '../base/time.ts';
import { LedgerBatch } from '../ledger/ledger.ts';
import type { LedgerErrorCode, Operation, Settle } from '../ledger/operation.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { LedgerRows, Reservation } from '../model/ledger-rows.ts';
import type { Ingested } from '../ports/store.ts';
import { ledgerKeysOf, ledgerStateOf, settleInLedger } from './allowance.ts';
import type { Core, ShowingEvent } from './core.ts';
import { handOver } from './hand-over.ts';
import { followMoves } from './link-batch.ts';
import type { Links } from './links.ts';
import type { CorePorts } from './ports.ts';
import { seeEvents } from './see-events.ts';
import type { Turns } from './turns.ts';

/**
 * An empty ledger when there is nothing to read: most batches of most providers. The linker has
 * learned of the batch by now, and forgets it when the store fails here.
 */
export async function readLedger(
  operations: readonly Operation[],
  { store, links }: Pick<CorePorts, 'store' | 'links'>,
  unused: ReadonlySet<string> = NO_KEYS,
): Promise<LedgerBatch> {
  const keys = ledgerKeysOf(operations);
  try {
    const receipts = keys.receipts.filter((key) => !unused.has(key));
    const rows = operations.length === 0 ? NO_ROWS : await store.ledger({ ...keys, receipts });
    return new LedgerBatch(ledgerStateOf(keys, rows));
  } catch (error) {
    links.rollback();
    throw error;
  }
}

const NO_KEYS: ReadonlySet<string> = new Set();
const NO_ROWS: LedgerRows = { books: [], reservations: [], receipts: [] };

/** What the core is asked for that takes a turn without a decision. */
export function ledgerCalls(turns: Turns, ports: CorePorts): Pick<Core, 'ingest' | 'expire'> {
  return {
    ingest: (events) => ingestAndTell(events, turns, ports),
    expire: () => expireAndTell(turns, ports),
  };
}

async function ingestAndTell(
  events: readonly ShowingEvent[],
  turns: Turns,
  ports: CorePorts,
): Promise<Ingested> {
  const { written, ledger } = await turns.run(() => ingestEvents(events, ports));
  const ingested = await written;
  if (ingested.kind === 'stored') tellNotices(ledger, ports);
  return ingested;
}

async function expireAndTell(turns: Turns, ports: CorePorts): Promise<number> {
  const { written, ledger, due, expired } = await turns.run(() =>
    expireReservations(ports.clock.now(), ports),
  );
  await written;
  tellNotices(ledger, ports);
  if (expired > 0) ports.metrics.reservationsExpired(expired);
  return due;
}

/** What reordered and repeated events do on an ordinary day. */
const ORDINARY: readonly LedgerErrorCode[] = ['unknown-reservation', 'already-settled', 'not-due'];

/** Once what they rest on is on stable storage. */
export function tellNotices(
  ledger: LedgerBatch,
  { log, metrics }: Pick<CorePorts, 'log' | 'metrics'>,
): void {
  for (const { party, percent, usedVcpuSeconds, grantedVcpuSeconds } of ledger.notices) {
    log.info('allowance used', { party, percent, usedVcpuSeconds, grantedVcpuSeconds });
    metrics.allowanceNotice(percent);
  }
  for (const { code, message } of ledger.refusals) {
    metrics.ledgerRefused(code);
    if (!ORDINARY.includes(code)) log.warn('the ledger refused', { code, message });
  }
}

/** Hands over events with what they settle, in one transaction; `written` waits for the disk. */
export async function ingestEvents(
  events: readonly ShowingEvent[],
  ports: Pick<CorePorts, 'store' | 'links' | 'queues' | 'mode' | 'policy'>,
): Promise<{ readonly written: Promise<Ingested>; readonly ledger: LedgerBatch }> {
  const seen = await seeEvents(events, ports);
  const operations = seen.flatMap(({ moves, settlement }): readonly Operation[] =>
    settlement === null ? moves : [...moves, settlement],
  );
  const ledger = await readLedger(operations, ports);
  const { store, links, queues } = ports;
  for (const { subject, partyMoves, moves, settlement, receivedAt } of seen) {
    followMoves(moves, ledger, receivedAt);
    queues.follow(partyMoves, receivedAt);
    if (settlement === null) continue;
    settleInLedger(settlement, ledger, ports.mode, receivedAt);
    queues.admitted.settle(subject, settlement, receivedAt);
  }
  const taken = Promise.withResolvers<void>();
  const written = handOver<Ingested>(
    (onCommitted) => store.ingest(events, ledger.changes(), links.changes(), onCommitted),
    [links, queues],
    { onTaken: taken.resolve, isKept: ({ kind }) => kind === 'stored' },
  );
  await taken.promise;
  return { written, ledger };
}

/**
 * Gives back what is reserved for jobs that nobody has heard of for too long. One that the ledger
 * refuses, which takes damage or a bug, would be the first of every sweep: it is tried again later.
 */
export async function expireReservations(
  at: EpochMs,
  ports: Pick<CorePorts, 'store' | 'links'>,
): Promise<Swept> {
  const due = await ports.store.expiredReservations(at);
  const operations = due.map((reservation) => ({
    expire: settleOf('expire', reservation, ports.links),
    postpone: settleOf('postpone', reservation, ports.links),
  }));
  const ledger = await readLedger(
    operations.flatMap(({ expire, postpone }) => [expire, postpone]),
    ports,
  );
  let expired = 0;
  for (const { expire, postpone } of operations) {
    if (ledger.apply(expire, at).ok) expired++;
    else ledger.apply(postpone, at);
  }
  if (due.length === 0) return { written: Promise.resolve(), ledger, due: 0, expired };
  const nothing = { events: [], decisions: [], activity: [] };
  const written = ports.store.record({ ...nothing, ledger: ledger.changes() });
  return { written, ledger, due: due.length, expired };
}

function settleOf(
  kind: 'expire' | 'postpone',
  { key, account, expiresAt }: Reservation,
  links: Links,
): Settle {
  // A job that runs again under its name expires again.
  const name = `${kind}_${key}_${expiresAt}` as OperationKey;
  return { kind, key: name, account, party: links.partyOf(account), reservation: key };
}

interface Swept {
  readonly written: Promise<void>;
  readonly ledger: LedgerBatch;
  readonly due: number;
  /** Those that could be given back. */
  readonly expired: number;
}
