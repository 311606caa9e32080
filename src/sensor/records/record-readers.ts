import type { KnownNames } from '../../ports/known-names.ts';
import { eveReader } from '../eve/eve-reader.ts';
import { falcoReader } from '../falco/falco-reader.ts';
import { tetragonReader } from '../tetragon/tetragon-reader.ts';
import { zeekReader } from '../zeek/zeek-reader.ts';
import type { RecordReader } from './record-reader.ts';

/** Those whose marks are the most their own stand first. */
export const RECORD_READERS = {
  tetragon: tetragonReader,
  eve: eveReader,
  falco: falcoReader,
  zeek: zeekReader,
} as const satisfies Readonly<Record<string, (names: KnownNames) => RecordReader>>;

export type RecordSensor = keyof typeof RECORD_READERS;
