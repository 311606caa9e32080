/**
 * Builds that were read before. A project sends the same jobs with every push, and they are two
 * thirds of a body: found again they need not be parsed, read and written once more, and their scan
 * is found by the very definition. They are kept once they have come twice: to keep what comes once
 * costs the garbage collector 50 µs. The last builds of a project that began with the same text are
 * kept; whether a body has them is told by comparing the whole text. From its bytes to the message
 * for the core a body takes 15.6 µs of the event loop when its builds are known, 23.8 without this.
 */
import type { Json, JsonObject, KnownList, ListApart, ReadAround } from '../../base/json.ts';
import { knownBuildsLengthMax, knownBuildsMax, knownBuildsTextMax } from '../../base/limits.ts';
import { RecentMap } from '../../base/recent-map.ts';
import type { DefinitionInput } from '../../model/definition-input.ts';
import { readBuilds } from './builds.ts';

/** What follows from a body's builds alone. */
export interface ReadBuilds {
  readonly definition: DefinitionInput;
  /** What they add to the event's data, also as JSON. */
  readonly data: JsonObject;
  readonly text: string;
}

export class KnownBuilds {
  readonly #known = new RecentMap<string, KnownList<ReadBuilds>>(
    knownBuildsMax,
    knownBuildsLengthMax,
  );
  /** A print of the builds that came last under a key. */
  readonly #seen = new RecentMap<string, number>(knownBuildsMax);
  readonly apart: ListApart<ReadBuilds> = {
    name: 'builds',
    known: (text, start) => this.#known.get(keyOf(text, start)),
  };

  /** Of a body whose builds are not known; they are from the second time on. */
  read(builds: readonly Json[], { list, text, start }: ReadAround<ReadBuilds>): ReadBuilds {
    const isFit = list !== '' && list.length <= knownBuildsTextMax;
    const isKept = isFit && this.#isSeen(keyOf(text, start), printOf(list));
    const { definition, files, images, tags } = readBuilds(builds);
    const data = { definition: { dialect: 'shell', files }, fanOut: builds.length, images, tags };
    const made: ReadBuilds = {
      definition: { kind: 'definition', definition, recurs: isKept },
      data,
      text: JSON.stringify(data),
    };
    if (isKept) {
      const length = TEXTS * list.length + JOB_LENGTH * builds.length;
      this.#known.put(copyOf(keyOf(text, start)), { list: copyOf(list), made }, length);
    }
    return made;
  }

  #isSeen(key: string, print: number): boolean {
    if (this.#seen.get(key) === print) return true;
    this.#seen.put(copyOf(key), print);
    return false;
  }
}

/** FNV-1a. Two lists with one print are kept a time too early, no more. */
function printOf(list: string): number {
  let print = 0x811c9dc5;
  for (let i = 0; i < list.length; i++) print = Math.imul(print ^ list.charCodeAt(i), 0x01000193);
  return print >>> 2;
}

const KEY_START = 128;
const KEY_LENGTH = 64;

/** GitLab's body begins with the project's id. Who sends another one finds less, never wrong. */
function keyOf(text: string, start: number): string {
  const head = text.slice(0, Math.min(KEY_START, start));
  return head.slice(0, head.indexOf(',') + 1) + text.slice(start, start + KEY_LENGTH);
}

/** A slice of a text holds the whole text in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

/** A text is kept as it came, as read and as written. */
const TEXTS = 3;
/** More than a job and its lists take, however short its text. */
const JOB_LENGTH = 1_024;
