import type { SharedKind, SharedValue } from '../../model/identifier.ts';

const DISPLAY_LENGTH_MAX = 48;

/** Enough of a value for a person to recognise it, too little to use it. */
export function displayOf({ kind, value }: SharedValue): string {
  return printable(MASKS[kind](value)).slice(0, DISPLAY_LENGTH_MAX);
}

const whole = (value: string): string => value;
/** The last four of a long one, the last two of a short one. */
const tail = (value: string): string => `…${value.slice(value.length > 8 ? -4 : -2)}`;
const ends = (value: string): string =>
  value.length < 12 ? tail(value) : `${value.slice(0, 4)}…${value.slice(-2)}`;

const MASKS: Readonly<Record<SharedKind, (value: string) => string>> = {
  'ip': address,
  'ip-prefix': whole,
  'asn': whole,
  'hosting': whole,
  'email': mailbox,
  'verified-email': mailbox,
  'email-domain': whole,
  'disposable-domain': whole,
  'email-shape': whole,
  'name-grammar': whole,
  'card': tail,
  'similar-cards': whole,
  'phone': tail,
  'key': tail,
  'device': tail,
  'user-agent': whole,
  'payout': ends,
  'worker': ends,
  'worker-grammar': whole,
  'mining-template': template,
  'suspect-template': template,
  'job-template': template,
  'repository-content': template,
  'cadence': whole,
  'start-pattern': whole,
  'review': whole,
};

/** Without the last quarter. */
function address(value: string): string {
  const mark = value.includes(':') ? ':' : '.';
  return `${value.split(mark).slice(0, 3).join(mark)}${mark}…`;
}

function mailbox(value: string): string {
  const at = value.lastIndexOf('@');
  return `${[...value][0] ?? ''}…${value.slice(at)}`;
}

/** A hash already; its head tells templates apart. */
function template(value: string): string {
  return `#${value.slice(value.indexOf(':') + 1).slice(0, 8)}`;
}

/** It stands in terminals and pages: no line breaks, escapes or marks that turn text around. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '�');
}
