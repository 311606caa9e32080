/**
 * What a request shows that accounts may share, as keyed hashes. It follows from the request alone,
 * so it is worked out on the event loop; values themselves, which are personal data, stay here.
 */
import { keyedHash } from '../base/hash.ts';
import { sharedDigestsMax } from '../base/limits.ts';
import { BUILTIN_NETWORKS } from '../linker/identifiers/builtin-networks.ts';
import { displayOf } from '../linker/identifiers/display.ts';
import { isDisposable } from '../linker/identifiers/disposable-domains.ts';
import { eventValues, type Knowledge } from '../linker/identifiers/event-values.ts';
import { templateBands } from '../linker/identifiers/job-template.ts';
import { parseNetworks } from '../linker/identifiers/networks.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { Event } from '../model/event.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { SharedValue } from '../model/identifier.ts';
import type { Shown } from './links.ts';

export type Identify = (
  event: Event,
  definition: DefinitionInput | null,
  report: DefinitionReport | null,
) => Shown;

const DIGEST_BYTES = 16;

/** `key` keeps the hashes from being guessed; it is in no database. */
export function createIdentify(key: Uint8Array, known: Partial<Knowledge> = {}): Identify {
  const knowledge: Knowledge = { ...BUILTIN, ...known };
  const digest = cachedDigest(keyedHash(key));
  const bandsOf = cachedBands();
  return (event, definition, report) => {
    const job = definition === null ? null : { report, bands: bandsOf(definition, report) };
    return eventValues(event, job, knowledge).flatMap((value) => [
      value.kind,
      digest(value),
      displayOf(value),
    ]);
  };
}

const BUILTIN: Knowledge = { networks: parseNetworks(BUILTIN_NETWORKS).table, isDisposable };

/** Half of all values are those of everybody: a browser, a network, a template. */
function cachedDigest(hashOf: (text: string) => Buffer): (value: SharedValue) => string {
  const known = new Map<string, string>();
  return ({ kind, value }) => {
    const text = `${kind}\0${value}`;
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= sharedDigestsMax) known.clear();
    const made = hashOf(text).subarray(0, DIGEST_BYTES).toString('base64url');
    known.set(text, made);
    return made;
  };
}

/**
 * A project's jobs come again with every push, and their report is then found in the scan's cache:
 * the same report is of the same commands. Making bands took a fifth of the event loop's time.
 */
function cachedBands(): (
  definition: DefinitionInput,
  report: DefinitionReport | null,
) => readonly string[] {
  const known = new WeakMap<DefinitionReport, readonly string[]>();
  return (definition, report) => {
    const found = report === null ? undefined : known.get(report);
    if (found !== undefined) return found;
    const bands = templateBands(commandsOf(definition));
    if (report !== null) known.set(report, bands);
    return bands;
  };
}

/** Of files that nobody has read yet, all that they say. */
function commandsOf(input: DefinitionInput): readonly string[] {
  if (input.kind === 'files') return input.files.map(({ text }) => text);
  return input.definition.jobs.flatMap(({ commands }) => commands.map(({ source }) => source.text));
}
