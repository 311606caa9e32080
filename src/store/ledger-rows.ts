/** Rows of the ledger, the same for every database. */
import { assert } from '../base/assert.ts';
import type { OperationKey } from '../model/allowance.ts';
import type {
  BookName,
  Books,
  HolderKey,
  Receipt,
  Reservation,
  ReservationState,
  Transfer,
  TransferKind,
} from '../model/ledger-rows.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type { Row } from './rows.ts';
import { fromStoredText, toStoredText } from './stored-text.ts';

export const BOOKS_COLUMNS = [
  'holder',
  'free',
  'reserved',
  'used',
  'jobs_under_way',
  'short_jobs',
  'month',
  'since',
  'monthly_vcpu_seconds',
  'first_day_vcpu_seconds',
  'first_day_used_before',
  'given',
  'taken',
  'noticed_percent',
  'merged_into',
  'version',
] as const;

export interface HolderBooks {
  readonly holder: HolderKey;
  readonly books: Books;
}

export function booksRow({ holder, books }: HolderBooks): Row {
  return [
    toStoredText(holder),
    books.free,
    books.reserved,
    books.used,
    books.jobsUnderWay,
    books.shortJobs,
    books.month,
    books.since,
    books.monthlyVcpuSeconds,
    books.firstDayVcpuSeconds,
    books.firstDayUsedBefore,
    books.given,
    books.taken,
    books.noticedPercent,
    books.mergedInto,
    books.version,
  ];
}

/** Rows come from `booksRow` alone, so each column has what was put there. */
export function booksOf(row: Row): HolderBooks {
  const number = (i: number): number => Number(row[i]);
  const books: Books = {
    free: number(1),
    reserved: number(2),
    used: number(3),
    jobsUnderWay: number(4),
    shortJobs: number(5),
    month: number(6),
    since: number(7),
    monthlyVcpuSeconds: row[8] === null ? null : number(8),
    firstDayVcpuSeconds: number(9),
    firstDayUsedBefore: number(10),
    given: number(11),
    taken: number(12),
    noticedPercent: number(13),
    mergedInto: row[14] === null ? null : (row[14] as PartyId),
    version: number(15),
  };
  return { holder: fromStoredText(String(row[0])) as HolderKey, books };
}

export const RESERVATION_COLUMNS = [
  'key',
  'account',
  'state',
  'vcpu_seconds',
  'is_short',
  'used_vcpu_seconds',
  'timeout_seconds',
  'expires_at',
] as const;

export function reservationRow(reservation: Reservation): Row {
  const { key, account, state, vcpuSeconds, isShort } = reservation;
  const { usedVcpuSeconds, timeoutSeconds, expiresAt } = reservation;
  const amounts = [vcpuSeconds, isShort ? 1 : 0, usedVcpuSeconds, timeoutSeconds, expiresAt];
  return [key, toStoredText(account), state, ...amounts];
}

export function reservationOf(row: Row): Reservation {
  const [key, account, state, vcpuSeconds, isShort, used, timeoutSeconds, expiresAt] = row;
  return {
    key: key as OperationKey,
    account: fromStoredText(String(account)) as AccountRef,
    state: state as ReservationState,
    vcpuSeconds: Number(vcpuSeconds),
    isShort: isShort === 1,
    usedVcpuSeconds: Number(used),
    timeoutSeconds: Number(timeoutSeconds),
    expiresAt: Number(expiresAt),
  };
}

/** Of an operation: its receipt, and what it moved. */
export const OPERATION_COLUMNS = [
  'key',
  'chosen',
  'vcpu_seconds',
  'fan_out',
  'at',
  'transfers',
] as const;

/** Rows of `OPERATION_COLUMNS`. Transfers are in the order of the receipts. */
export function operationRows(
  receipts: readonly Receipt[],
  transfers: readonly Transfer[],
): readonly Row[] {
  let next = 0;
  const rows = receipts.map(({ key, chosen, vcpuSeconds, fanOut }): Row => {
    const first = next;
    while (transfers[next]?.key === key) next++;
    const moved = transfers.slice(first, next);
    const at = moved[0]?.at ?? null;
    return [key, chosen, vcpuSeconds, fanOut, at, JSON.stringify(moved.map(movedRow))];
  });
  assert(next === transfers.length, 'what was moved has a receipt');
  return rows;
}

/** The second holder is null when it is the first. */
function movedRow({ kind, from, to, vcpuSeconds }: Transfer): Row {
  const other = to.holder === from.holder ? null : toStoredText(to.holder);
  return [kind, toStoredText(from.holder), from.book, other, to.book, vcpuSeconds];
}

export const RECEIPT_COLUMNS = ['key', 'chosen', 'vcpu_seconds', 'fan_out'] as const;

export function receiptOf([key, chosen, vcpuSeconds, fanOut]: Row): Receipt {
  return {
    key: key as OperationKey,
    chosen: String(chosen),
    vcpuSeconds: Number(vcpuSeconds),
    fanOut: Number(fanOut),
  };
}

export const TRANSFER_COLUMNS = [
  'key',
  'step',
  'kind',
  'from_holder',
  'from_book',
  'to_holder',
  'to_book',
  'vcpu_seconds',
  'at',
] as const;

export function transferOf(row: Row): Transfer {
  const [key, step, kind, fromHolder, fromBook, toHolder, toBook, vcpuSeconds, at] = row;
  return {
    key: key as OperationKey,
    step: Number(step),
    kind: kind as TransferKind,
    from: {
      holder: fromStoredText(String(fromHolder)) as HolderKey,
      book: fromBook as BookName,
    },
    to: { holder: fromStoredText(String(toHolder)) as HolderKey, book: toBook as BookName },
    vcpuSeconds: Number(vcpuSeconds),
    at: Number(at),
  };
}
