/**
 * Does the ledger add up? Reads everything, so it is for tests, `davylamp doctor` and an operator's
 * doubts, not for the data path.
 */
import type {
  BookName,
  Books,
  HolderKey,
  Place,
  Reservation,
  Transfer,
} from '../model/ledger-rows.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import { accountHolder, kindOf, partyHolder, poolHolder } from './books.ts';

export interface AuditInput {
  readonly holders: Iterable<readonly [HolderKey, Books]>;
  readonly reservations: Iterable<Reservation>;
  readonly transfers: Iterable<Transfer>;
  readonly partyOf: (account: AccountRef) => PartyId;
}

/**
 * Sentences on what does not add up; none when all is well. That the transfers of all time lead to
 * these balances also says that these sum to 0 with the outside, since each transfer does.
 */
export function audit(input: AuditInput): readonly string[] {
  const books = new Map(input.holders);
  return [
    ...zeroSumProblems(books, input.transfers),
    ...signProblems(books),
    ...reservationProblems(books, input),
    ...membershipProblems(books, input.partyOf),
  ];
}

const BOOKS: readonly BookName[] = ['free', 'reserved', 'used'];

/** Sums over all holders may leave the whole numbers of a double, so they are big integers. */
function zeroSumProblems(
  books: ReadonlyMap<HolderKey, Books>,
  transfers: Iterable<Transfer>,
): string[] {
  const balances = new Map<string, number>();
  const outside = new Map<string, bigint>();
  const add = ({ holder, book }: Place, vcpuSeconds: number): void => {
    if (holder.startsWith('outside:')) {
      outside.set(holder, (outside.get(holder) ?? 0n) + BigInt(vcpuSeconds));
    } else {
      const name = `${book} of ${holder}`;
      balances.set(name, (balances.get(name) ?? 0) + vcpuSeconds);
    }
  };
  for (const { from, to, vcpuSeconds } of transfers) {
    add(from, -vcpuSeconds);
    add(to, vcpuSeconds);
  }
  const problems: string[] = [];
  for (const [holder, kept] of books) {
    for (const book of BOOKS) {
      const told = balances.get(`${book} of ${holder}`) ?? 0;
      if (told === kept[book]) continue;
      problems.push(`${book} of ${holder} is ${kept[book]}, its transfers come to ${told}`);
    }
    const name = `outside:${kindOf(holder)}`;
    const all = kept.free + kept.reserved + kept.used;
    outside.set(name, (outside.get(name) ?? 0n) + BigInt(all));
  }
  for (const [name, sum] of outside) {
    if (sum !== 0n) problems.push(`${name} and its holders sum to ${sum}`);
  }
  return problems;
}

function signProblems(books: ReadonlyMap<HolderKey, Books>): string[] {
  const problems: string[] = [];
  for (const [holder, { reserved, used, free, jobsUnderWay, mergedInto }] of books) {
    if (reserved < 0 || used < 0 || jobsUnderWay < 0) problems.push(`${holder} is below 0`);
    const isEmpty = free === 0 && reserved === 0 && used === 0 && jobsUnderWay === 0;
    if (mergedInto !== null && !isEmpty) problems.push(`${holder} is no more but not empty`);
  }
  return problems;
}

interface Sums {
  reserved: number;
  used: number;
  jobsUnderWay: number;
  /** An account has been in a later month than the whole: what it used before is not known. */
  isAhead: boolean;
}

class Totals {
  readonly #sums = new Map<HolderKey, Sums>();

  of(holder: HolderKey): Sums {
    const known = this.#sums.get(holder);
    if (known !== undefined) return known;
    const sums = { reserved: 0, used: 0, jobsUnderWay: 0, isAhead: false };
    this.#sums.set(holder, sums);
    return sums;
  }
}

/** What accounts have reserved is what their pending reservations come to. */
function reservationProblems(
  books: ReadonlyMap<HolderKey, Books>,
  { reservations }: AuditInput,
): string[] {
  const totals = new Totals();
  for (const { account, state, vcpuSeconds, timeoutSeconds } of reservations) {
    if (state !== 'pending') continue;
    const sums = totals.of(accountHolder(account));
    sums.reserved += vcpuSeconds;
    if (timeoutSeconds > 0) sums.jobsUnderWay++;
  }
  return [...books]
    .filter(([holder]) => kindOf(holder) === 'account')
    .flatMap(([holder, { reserved, jobsUnderWay }]) => {
      const sums = totals.of(holder);
      const agrees = sums.reserved === reserved && sums.jobsUnderWay === jobsUnderWay;
      return agrees ? [] : [`${holder} reserves ${reserved}, its jobs ${sums.reserved}`];
    });
}

/** A party and a pool have what their accounts have; used only by those active in its month. */
function membershipProblems(
  books: ReadonlyMap<HolderKey, Books>,
  partyOf: (account: AccountRef) => PartyId,
): string[] {
  const totals = new Totals();
  for (const [holder, account] of books) {
    if (kindOf(holder) !== 'account') continue;
    const ref = holder.slice(holder.indexOf(':') + 1) as AccountRef;
    for (const whole of [partyHolder(partyOf(ref)), poolHolder(ref)]) {
      const sums = totals.of(whole);
      sums.reserved += account.reserved;
      sums.jobsUnderWay += account.jobsUnderWay;
      const month = books.get(whole)?.month ?? account.month;
      if (account.month === month) sums.used += account.used;
      if (account.month > month) sums.isAhead = true;
    }
  }
  return [...books]
    .filter(([holder]) => kindOf(holder) !== 'account')
    .flatMap(([holder, whole]) => {
      const sums = totals.of(holder);
      return (['reserved', 'used', 'jobsUnderWay'] as const)
        .filter((field) => sums[field] !== whole[field] && !(field === 'used' && sums.isAhead))
        .map((field) => `${field} of ${holder} is ${whole[field]}, of its accounts ${sums[field]}`);
    });
}
