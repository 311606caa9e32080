/**
 * One account, for a person: its party, what holds it there, which other parties it may belong to,
 * and what it shows that would tie others to it.
 */
import { accountValuesToldMax, linkSuspectsMax } from '../base/limits.ts';
import { type EpochMs, formatTime } from '../base/time.ts';
import type { Portrait, ShownValue, Suspicion } from '../model/link.ts';
import { type AccountRef, partyIdOf } from '../model/party.ts';
import { bitsOf } from './bits.ts';
import { heaviestFirst } from './link-path.ts';
import type { AccountNumber, GroupNumber, LinkState } from './link-state.ts';
import { linkOf, stepOf } from './link-step.ts';
import { bitsText, nothingShown, RULE, shownSentence } from './sentences.ts';
import { suspicionsOf } from './suspicions.ts';

export function portraitOf(state: LinkState, ref: AccountRef): Portrait {
  const account = state.findAccount(ref);
  if (account === null) return { sentences: [nothingShown(ref)], values: [] };
  const party = state.parties.of(account);
  const sentences = [
    ...seenSentences(ref, state.firstSeenAt(account)),
    party === null ? aloneSentence() : partySentence(state, ref, party),
    ...(state.isVouched(account) ? [`A person has said that ${ref} is on its own.`] : []),
    ...(party === null ? [] : tieSentences(state, account)),
    ...suspicionsOf(state, ref, linkSuspectsMax).map((one) => suspicionSentence(ref, one)),
    RULE,
  ];
  return { sentences, values: valuesOf(state, account) };
}

/** Somebody may have vouched for an account that was never seen. */
function seenSentences(ref: AccountRef, at: EpochMs): readonly string[] {
  if (at === Number.MAX_SAFE_INTEGER) return [];
  const minute = formatTime(at).slice(0, 16).replace('T', ' ');
  return [`${ref} was first seen on ${minute} UTC.`];
}

function aloneSentence(): string {
  return `It is linked to no other account: its allowance and its place in the queue are its own.`;
}

function partySentence(state: LinkState, ref: AccountRef, party: GroupNumber): string {
  const oldest = state.ref(state.parties.oldest(party));
  const which = oldest === ref ? 'it is the oldest' : `the oldest is ${oldest}`;
  const size = state.parties.size(party);
  return (
    `It is one of ${size} accounts that are believed to have one operator, and that share one ` +
    `allowance and one place in the queue; ${which}. Their party is ${partyIdOf(oldest)}.`
  );
}

/** Of all that holds it in its party the strongest. */
function tieSentences(state: LinkState, account: AccountNumber): readonly string[] {
  const [bond] = heaviestFirst(state, account);
  if (bond === undefined) return [];
  for (const other of state.bondAccounts(bond, 'joining')) {
    if (other !== account) return stepOf(state, account, other).sentences;
  }
  return [];
}

function suspicionSentence(ref: AccountRef, { account, bits }: Suspicion): string {
  const sure = `${bitsText(bits)}, which is not sure enough to link them`;
  return `${ref} and ${account} may have one operator: ${sure}. A person should look.`;
}

/** A job has eight bands of each kind of template, which say nearly the same. */
function valuesOf(state: LinkState, account: AccountNumber): readonly ShownValue[] {
  const links = state
    .showings(account)
    .map(({ identifier }) => linkOf(state, [account], identifier))
    .map((link) => ({ ...link, ties: link.accounts === 1 ? bitsOf(link.kind, 2, 0) : link.bits }))
    .sort((a, b) => b.bits - a.bits || b.ties - a.ties || (a.display < b.display ? -1 : 1));
  const told = new Set<string>();
  return links
    .filter(({ kind }) => !kind.endsWith('-template') || (!told.has(kind) && told.add(kind)))
    .slice(0, accountValuesToldMax)
    .map(({ ties: _, ...link }) => ({ ...link, sentence: shownSentence(link) }));
}
