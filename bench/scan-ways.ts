/** Where the time of a scan goes: how many definitions end which way, and what each way costs. */
import { Gathering } from '../src/cli/gathering.ts';
import { listFiles } from '../src/cli/list-files.ts';
import { DiskTree } from '../src/cli/source-tree.ts';
import { READERS } from '../src/providers/registry.ts';
import { createScanner, type Scanner } from '../src/scanner/scanner.ts';
import { quantile } from './measure.ts';

/** Definitions that are counted as the slowest. */
const SLOWEST = 200;

interface Ways {
  told: number;
  toldSeconds: number;
  untoldSeconds: number;
  /** Seconds of each definition that took the whole way. */
  readonly whole: number[];
}

/** Sentences on one scan of the tree by one thread, from its cold start. */
export function scanWays(folder: string): readonly string[] {
  const ways: Ways = { told: 0, toldSeconds: 0, untoldSeconds: 0, whole: [] };
  const gathering = new Gathering(timed(createScanner({ readers: READERS }), ways));
  const started = performance.now();
  let tree = new DiskTree('', folder);
  for (const listed of listFiles([folder], folder)) {
    if (listed.kind === 'unread') continue;
    if (listed.root !== tree.root) tree = new DiskTree(listed.root, folder);
    // As the command does, so that no folder is listed a second time.
    if (listed.kind === 'folder') tree.enter(listed.path, listed.names);
    else gathering.add(listed.path, tree);
  }
  return sentences(ways, gathering.files, (performance.now() - started) / 1_000);
}

function timed(scanner: Scanner, ways: Ways): Scanner {
  const { triage, scanFile } = scanner;
  return Object.assign(scanner, {
    triage: (...given: Parameters<Scanner['triage']>) => {
      const [seconds, form] = secondsOf(() => triage.apply(scanner, given));
      if (form === 'other') ways.untoldSeconds += seconds;
      else {
        ways.told++;
        ways.toldSeconds += seconds;
      }
      return form;
    },
    scanFile: (...given: Parameters<Scanner['scanFile']>) => {
      const [seconds, reports] = secondsOf(() => scanFile.apply(scanner, given));
      ways.whole.push(seconds);
      return reports;
    },
  });
}

function secondsOf<T>(run: () => T): [number, T] {
  const started = performance.now();
  const result = run();
  return [(performance.now() - started) / 1_000, result];
}

function sentences(ways: Ways, files: number, all: number): readonly string[] {
  const { told, toldSeconds, untoldSeconds } = ways;
  const whole = ways.whole.toSorted((a, b) => a - b);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const wholeSeconds = sum(whole);
  const rest = all - wholeSeconds - toldSeconds - untoldSeconds;
  const at = (share: number): string => (quantile(whole, share) * 1e3).toFixed(2);
  return [
    `One thread, once: ${all.toFixed(2)} s for ${files} files.`,
    `${told} definitions told from their bytes: ${toldSeconds.toFixed(2)} s; ` +
      `${whole.length} that were not, looked at: ${untoldSeconds.toFixed(2)} s, ` +
      `the whole way: ${wholeSeconds.toFixed(2)} s; listing, reading and claiming: ${rest.toFixed(2)} s.`,
    `The whole way takes ${at(0.5)} ms at the median, ${at(0.99)} ms at the 99th percentile; ` +
      `the slowest ${SLOWEST} take ${sum(whole.slice(-SLOWEST)).toFixed(2)} s.`,
  ];
}
