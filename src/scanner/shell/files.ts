/** Files that commands read and write, by the paths that they name them with. */
import { shellDecodedLengthMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type { Work } from '../engine/work.ts';
import type { Printed } from './printed.ts';
import type { ShellRecord } from './record.ts';
import type { Descriptors } from './redirection.ts';
import { type Input, joinStreams, NO_FETCHES, NOTHING, type Stream } from './stream.ts';
import type { Span } from './syntax-tree.ts';
import type { Field } from './variables.ts';

export interface FileHost {
  readonly record: ShellRecord;
  readonly work: Work;
  readonly layers: readonly string[];
  folderPath(path: string): string;
  readPath(path: string): string;
  inputOf(number: number): Input | null;
}

const DESCRIPTOR = '/dev/fd/';

export class Files {
  readonly #host: FileHost;

  constructor(host: FileHost) {
    this.#host = host;
  }

  /** What reading a word's file gives. */
  stream(field: Field): Stream {
    if (field.file !== null || field.fetches.length > 0) {
      return { data: field.file, dynamic: field.dynamic, fetches: field.fetches };
    }
    const input = field.text.startsWith(DESCRIPTOR)
      ? this.#host.inputOf(Number(field.text.slice(DESCRIPTOR.length)))
      : null;
    if (input !== null) return input.stream;
    const path = this.#host.readPath(field.text);
    const data = this.#host.record.dataOf(path);
    return { data, dynamic: data === null, fetches: this.#host.record.fetchesAt(path) };
  }

  /** What a file that is named among the words holds. */
  content(path: string, words: readonly Field[]): Printed | null {
    const given = words.find((word) => word.text === path)?.file ?? null;
    return given ?? this.#host.record.dataOf(this.#host.readPath(path));
  }

  write(name: string, stream: Stream, appends: boolean, span: Span): void {
    const { record, layers } = this.#host;
    const path = this.#host.folderPath(name);
    if (path.startsWith('/dev/')) return;
    for (const fetch of stream.fetches) record.keepFetch(fetch, path);
    if (stream.data === null) return;
    const before = appends ? record.contentOf(path) : null;
    const whole = joinStreams({ data: before ?? '', dynamic: false, fetches: NO_FETCHES }, stream);
    const { data } = this.bounded(whole);
    if (data === null) return;
    record.write(path, data, span, layers);
    for (const { data: other } of whole.others ?? []) {
      if (other !== null) record.changes.branch(() => record.write(path, other, span, layers));
    }
  }

  /** Empties the files that are opened to be written to by their descriptors. */
  create(opened: Descriptors, span: Span): void {
    for (const [number, open] of opened) {
      if (number === 2 || open.kind !== 'file' || open.appends) continue;
      if (number > 2) this.write(open.path, NOTHING, false, span);
    }
  }

  /** `tee [-a] FILE…` */
  tee(words: readonly Field[], stream: Stream, span: Span): Stream {
    const appends = words.some((word) => word.text === '-a' || word.text === '--append');
    for (const { text } of words.slice(1)) {
      if (!text.startsWith('-')) this.write(text, stream, appends, span);
    }
    return stream;
  }

  /** The stream, or an unknown one when it has grown too long. */
  bounded(stream: Stream): Stream {
    const length = stream.data?.length ?? 0;
    const isLong = length > shellDecodedLengthMax;
    if (!isLong && this.#host.work.spend(length >> 3)) return stream;
    if (isLong) this.#host.record.unread(gaveUp('a text of more than 1 MiB made by commands'));
    return { data: null, dynamic: true, fetches: stream.fetches };
  }
}
