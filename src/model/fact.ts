/**
 * Facts: anything a policy may read. The catalogue is the contract between the pipeline, which
 * gathers facts, and the policy, whose conditions are checked against it when a file is loaded.
 * `docs/reference/facts.md` is held to it by a test.
 */
import { LEDGER_REFUSALS } from './allowance.ts';
import type { Checkpoint } from './checkpoint.ts';
import { VERDICTS } from './finding.ts';
import { RUN_LEVELS } from './run-verdict.ts';
import { TIER_NAMES } from './tier.ts';

export type FactType = 'string' | 'number' | 'bool' | 'list<string>';
export type FactValue = string | number | boolean | readonly string[];

export interface FactSpec {
  readonly type: FactType;
  /** Null: at every checkpoint. */
  readonly checkpoints: readonly Checkpoint[] | null;
  /** False: it may be missing, and a rule that reads it says what to do then. */
  readonly always: boolean;
  /** For a string, the values it can have, when there are few. */
  readonly values?: readonly string[];
  readonly description: string;
}

const ADMISSION: readonly Checkpoint[] = ['admission'];
const RUN: readonly Checkpoint[] = ['run'];
const JOB: readonly Checkpoint[] = ['admission', 'run'];
const ALL = null;

export const FACTS = {
  'provider': spec('string', ALL, true, 'Name of the provider that asks.'),
  'event.type': spec('string', ALL, true, 'Type of the event that asks.'),
  'input.problem': {
    ...spec('string', ALL, true, 'Why the request could not be read whole; empty when it could.'),
    values: ['', 'too-large', 'not-utf8', 'not-json', 'too-deep', 'duplicate-key', 'wrong-shape'],
  },
  'account.id': spec('string', ALL, true, 'The account at its provider.'),
  'account.username': spec('string', ALL, false, 'User name.'),
  'account.emailDomain': spec('string', ALL, false, 'Lower-case part of the e-mail behind the @.'),
  'account.plan': spec('string', ALL, false, 'Plan, as the provider names it.'),
  'account.trial': spec('bool', ALL, false, 'The plan is a trial.'),
  'account.ageHours': spec('number', ALL, false, 'Hours since the account was created.'),
  'account.knownHours': spec('number', ALL, true, 'Hours since Davylamp first saw it; 0 if new.'),
  'account.signIns': spec('number', ALL, false, 'How often it has signed in.'),
  'account.similarCards': spec(
    'number',
    ALL,
    false,
    'Accounts with the same payment card, its own included: 0 no card, 1 unique.',
  ),
  'account.similarCardHolders': spec(
    'number',
    ALL,
    false,
    'Accounts with the same card holder name, its own included.',
  ),
  'account.jobsThisHour': spec(
    'number',
    ALL,
    true,
    'Jobs it asked for in this clock hour, before this one.',
  ),
  'account.jobsLastDay': spec(
    'number',
    ALL,
    true,
    'Jobs it asked for in the last 24 clock hours, before this one.',
  ),
  'account.refusedLastDay': spec(
    'number',
    ALL,
    true,
    'Requests of the last 24 clock hours held or refused, other than for want of allowance.',
  ),
  'party.accounts': spec(
    'number',
    ALL,
    true,
    'Accounts believed to have its operator, itself too.',
  ),
  'party.accountsLastDay': spec(
    'number',
    ALL,
    true,
    'Of these, accounts first seen in the last 24 hours; at most 4,096 are looked at.',
  ),
  'party.linkBits': spec(
    'number',
    ALL,
    true,
    'The strongest evidence that ties it to its party, in bits; 0 when it is alone.',
  ),
  'party.suspected': spec(
    'number',
    ALL,
    true,
    'Other parties that it may belong to, not surely enough to be joined; at most 8 are told.',
  ),
  'project.id': spec('string', JOB, false, 'The project that the job belongs to.'),
  'project.ageHours': spec('number', JOB, false, 'Hours since the project was created.'),
  'project.visibility': spec('string', JOB, false, 'public, internal or private.'),
  'job.trigger': spec('string', JOB, false, 'What started it: push, schedule, web …'),
  'job.fanOut': spec('number', JOB, false, 'Copies or jobs that start together.'),
  'job.vcpu': spec('number', JOB, false, 'vCPUs of one copy.'),
  'job.timeoutSeconds': spec('number', JOB, false, 'Longest time one copy may run.'),
  'job.alive': spec('number', JOB, false, 'Jobs of the account that wait or run already.'),
  'scan.verdict': {
    ...spec('string', ADMISSION, false, 'Verdict on the job definition.'),
    values: VERDICTS,
  },
  'scan.bits': spec('number', ADMISSION, false, 'Evidence of the findings, in bits, grouped.'),
  'scan.executedBits': spec(
    'number',
    ADMISSION,
    false,
    'The same, of findings in executed position only.',
  ),
  'scan.rules': spec(
    'list<string>',
    ADMISSION,
    false,
    'Ids of the scan rules that found something.',
  ),
  'scan.unchecked': spec('number', ADMISSION, false, 'Parts of the definition not read.'),
  'scan.gaveUp': spec(
    'bool',
    ADMISSION,
    false,
    'Reading it ended at a limit of the scanner, as padding would have it.',
  ),
  'ledger.tier': {
    ...spec('string', ADMISSION, false, 'Tier of the account, as the policy gives it.'),
    values: TIER_NAMES,
  },
  'ledger.granted': spec(
    'number',
    ADMISSION,
    false,
    'vCPU-seconds that its party may use in this month, or in its first day.',
  ),
  'ledger.remaining': spec(
    'number',
    ADMISSION,
    false,
    'vCPU-seconds that a job could have: the least left of party, account and pool.',
  ),
  'ledger.usedThisMonth': spec('number', ADMISSION, false, 'vCPU-seconds that its party has used.'),
  'ledger.jobsInFlight': spec('number', ADMISSION, false, 'Jobs of its party under way.'),
  'ledger.refusal': {
    ...spec('string', ADMISSION, false, 'Why nothing can be reserved; empty when it can.'),
    values: LEDGER_REFUSALS,
  },
  'ledger.availableAgain': spec(
    'string',
    ADMISSION,
    false,
    'When it can again, as the end of a sentence; empty when it can.',
  ),
  'queue.position': spec('number', ADMISSION, false, 'Parties of its pool whose turn is before.'),
  'queue.waiting': spec('number', ADMISSION, false, 'Jobs that wait in its pool.'),
  'queue.running': spec('number', ADMISSION, false, 'Jobs that run in its pool.'),
  'queue.partyWaiting': spec('number', ADMISSION, false, 'Jobs of its party that wait there.'),
  'queue.partyRunning': spec('number', ADMISSION, false, 'Jobs of its party that run there.'),
  'queue.notBeforeSeconds': spec(
    'number',
    ADMISSION,
    false,
    'Seconds until its turn, as far as can be told; 0 when it may start.',
  ),
  'run.level': {
    ...spec('string', RUN, false, 'Level of what the running job was seen to do.'),
    values: RUN_LEVELS,
  },
  'run.bits': spec('number', RUN, false, 'Evidence of the signals, in bits, grouped.'),
  'run.signals': spec('list<string>', RUN, false, 'Kinds of the signals that stand for it.'),
  'run.reasons': spec('list<string>', RUN, false, 'What those signals say, a clause each.'),
  'run.unread': spec('number', RUN, false, 'Signals of the event that could not be read.'),
} as const satisfies Record<string, FactSpec>;

export type FactName = keyof typeof FACTS;

/** The value of each fact that is known. A missing one has no entry. */
export type Facts = Readonly<Partial<Record<FactName, FactValue>>>;

export const FACT_NAMES = Object.keys(FACTS) as readonly FactName[];

export function isFactName(text: string): text is FactName {
  return Object.hasOwn(FACTS, text);
}

function spec<T extends FactType, A extends boolean>(
  type: T,
  checkpoints: readonly Checkpoint[] | null,
  always: A,
  description: string,
): FactSpec & { type: T; always: A } {
  return { type, checkpoints, always, description };
}
