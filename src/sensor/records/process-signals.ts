/** What the name, the path and the arguments of a process say, whoever saw it start. */
import { commandLineLengthMax, commandLineWordsMax } from '../../base/sensor-limits.ts';
import type { EpochMs } from '../../base/time.ts';
import type { BinaryTrait, SensorName, Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { plain } from './record-values.ts';

export interface SeenProcess {
  readonly at: EpochMs;
  readonly source: SensorName;
  readonly path: string;
  /** Behind the program; one text as most sensors have it. */
  readonly arguments: string;
  /** Its file has no name any more, or never had one. */
  readonly isUnlinked: boolean;
}

export function processSignals(seen: SeenProcess, names: KnownNames): readonly Signal[] {
  const { at, source, path } = seen;
  const base = { at, job: null, source } as const;
  const program = plain(path);
  const traits = traitsOf(seen, names);
  const binaries = traits.map((trait): Signal => {
    return { ...base, kind: 'binary', trait, name: lastPart(program), path: program };
  });
  const text = seen.arguments.slice(0, commandLineLengthMax);
  const words = text.split(' ', commandLineWordsMax).filter((word) => word !== '');
  const said = names.readCommandLine([path, ...words]);
  return said === null
    ? binaries
    : [...binaries, { ...base, kind: 'command-line', program: lastPart(program), ...said }];
}

const MEMORY_FILE = /^(?:memfd:|\/memfd:|\/proc\/(?:self|\d{1,9})\/fd\/)/;
const TEMPORARY = /^(?:\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\/run\/shm\/)/;

function traitsOf({ path, isUnlinked }: SeenProcess, names: KnownNames): readonly BinaryTrait[] {
  const traits: BinaryTrait[] = [];
  if (names.isMiner(path)) traits.push('known-miner');
  if (MEMORY_FILE.test(path)) traits.push('memfd');
  else if (isUnlinked) traits.push('deleted');
  if (TEMPORARY.test(path)) traits.push('temporary');
  return traits;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
