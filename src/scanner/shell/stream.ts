import { concatPrinted, type Printed, textOfPrinted } from './printed.ts';
import { either, statesOf, type Uncertain } from './uncertain.ts';

/** What goes through a pipe or into a word: as much of it as is known, and where it came from. */
export interface Stream extends Uncertain<Stream> {
  /** Null when nothing of it is known. */
  readonly data: Printed | null;
  /** Part of it is unknown. */
  readonly dynamic: boolean;
  /** Numbers of the fetches that it may come from. */
  readonly fetches: readonly number[];
}

export const NO_FETCHES: readonly number[] = [];
export const NOTHING: Stream = { data: '', dynamic: false, fetches: NO_FETCHES };
export const UNKNOWN: Stream = { data: null, dynamic: true, fetches: NO_FETCHES };

/** Both, one after the other. */
export function joinStreams(a: Stream, b: Stream): Stream {
  if (a === NOTHING) return b;
  if (b === NOTHING) return a;
  const fetches = joinFetches(a.fetches, b.fetches);
  const data = a.data === null ? b.data : b.data === null ? a.data : concatPrinted(a.data, b.data);
  const dynamic = a.dynamic || b.dynamic;
  const others = a.others || b.others ? otherJoints(statesOf(a), statesOf(b)) : undefined;
  return { data, dynamic, fetches, others, isCut: a.isCut || b.isCut };
}

/** The first of the one with the first of the other, and so on: one choice made both. */
function otherJoints(a: readonly Stream[], b: readonly Stream[]): readonly Stream[] {
  const joints: Stream[] = [];
  for (let i = 1; i < Math.max(a.length, b.length); i++) {
    const one = { ...(a[i] ?? (a[0] as Stream)), others: undefined };
    joints.push(joinStreams(one, { ...(b[i] ?? (b[0] as Stream)), others: undefined }));
  }
  return joints;
}

const MANNER = {
  isSame: (a: Stream, b: Stream): boolean => a.data === b.data,
  lengthOf: ({ data }: Stream): number => data?.length ?? 0,
};

/** Either of two, where a command may have printed the one or the other. */
export function eitherStream(a: Stream, b: Stream): Stream {
  return either(a, b, MANNER) ?? a;
}

/** A stream can come from few fetches; more than these tell nothing new. */
const FETCHES_MAX = 32;

export function joinFetches(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  return [...new Set([...a, ...b])].slice(0, FETCHES_MAX);
}

/** Standard input that is read from the front. */
export class Input {
  readonly stream: Stream;
  #at = 0;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  /** What is left, or null when it is unknown. */
  get rest(): Printed | null {
    const { data } = this.stream;
    return data === null || this.#at === 0 ? data : textOfPrinted(data).slice(this.#at);
  }

  /** How far lines have been taken. */
  get position(): number {
    return this.#at;
  }

  /** A line was taken. */
  get started(): boolean {
    return this.#at > 0;
  }

  get ended(): boolean {
    return this.stream.data === null || this.#at >= this.stream.data.length;
  }

  /** Takes one line, without its newline; null when there is none. */
  line(): string | null {
    if (this.stream.data === null || this.ended) return null;
    const text = textOfPrinted(this.stream.data);
    const newline = text.indexOf('\n', this.#at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(this.#at, end);
    this.#at = end + 1;
    return line;
  }
}
