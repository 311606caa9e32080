/**
 * The names that a DNS message asks for, lower case. Answers repeat their question, so a question
 * that was missed is seen there. Labels of a question may point back (RFC 1035, 4.1.4); each
 * pointer must go further back than the last, so that none can go round.
 */
import { dnsNameLengthMax, dnsQuestionsMax } from '../../base/sensor-limits.ts';

export interface DnsQuestions {
  readonly isAnswer: boolean;
  readonly names: readonly string[];
}

const HEAD = 12;

/** Null: these bytes are no DNS message. */
export function dnsQuestions(message: Uint8Array): DnsQuestions | null {
  if (message.length < HEAD + 5) return null;
  const flags = u16(message, 2);
  // Only ordinary queries, and the reserved bit is zero.
  if ((flags & 0x7800) !== 0 || (flags & 0x0040) !== 0) return null;
  const count = u16(message, 4);
  if (count === 0 || count > dnsQuestionsMax) return null;
  const names: string[] = [];
  let at = HEAD;
  for (let i = 0; i < count; i++) {
    const name = readName(message, at);
    if (name === null) return null;
    names.push(name.text);
    at = name.end + 4;
  }
  return { isAnswer: (flags & 0x8000) !== 0, names };
}

function readName(message: Uint8Array, start: number): { text: string; end: number } | null {
  const labels: string[] = [];
  let [at, end, limit, length] = [start, -1, start, 0];
  for (;;) {
    const size = message[at];
    if (size === undefined) return null;
    if (size === 0) return { text: labels.join('.').toLowerCase(), end: end < 0 ? at + 1 : end };
    if (size >= 0xc0) {
      if (end < 0) end = at + 2;
      at = u16(message, at) & 0x3fff;
      if (at >= limit) return null;
      limit = at;
      continue;
    }
    length += size + 1;
    if (size > 63 || length > dnsNameLengthMax + 1 || at + 1 + size > message.length) return null;
    labels.push(Buffer.from(message.subarray(at + 1, at + 1 + size)).toString('latin1'));
    at += size + 1;
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
