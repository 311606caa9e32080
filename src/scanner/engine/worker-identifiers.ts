import type { FoundIdentifier } from '../../model/finding.ts';
import { workerGrammar } from '../wallet/worker-grammar.ts';
import { optionsOf } from './options.ts';

/** Options that name the worker apart from the login. */
const WORKER_FLAGS: ReadonlySet<string> = new Set(['--rig-id', '--worker', '--api-worker-id']);

/** Workers, each with the grammar that it shares with others of its campaign. */
export function workerIdentifiers(workers: readonly string[]): readonly FoundIdentifier[] {
  return workers
    .filter((worker) => worker !== '' && !worker.includes('$') && !worker.includes('{'))
    .flatMap((value): readonly FoundIdentifier[] => {
      const grammar = workerGrammar(value);
      const worker = { kind: 'worker', coin: '', value } as const;
      if (grammar === '') return [worker];
      return [worker, { kind: 'worker-grammar', coin: '', value: grammar }];
    });
}

/** The workers that options of a command line name. */
export function namedWorkers(words: readonly string[]): readonly string[] {
  return optionsOf(words).flatMap(({ flag, value }) => (WORKER_FLAGS.has(flag) ? [value] : []));
}
