/**
 * One process that scans a folder several times and says how long each took and how much memory
 * it came to, threads included. `bench/scan.ts` starts it: FOLDER THREADS ROUNDS.
 */
import { keepHeapLean } from '../src/cli/lean-heap.ts';

export interface ScanProcessResult {
  readonly seconds: readonly number[];
  readonly cpuSeconds: readonly number[];
  readonly definitions: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly peakMiB: number;
}

// Before the scanner is loaded, as the command does.
keepHeapLean();
const { ScanThreads } = await import('../src/cli/scan-threads.ts');
const { scanPaths } = await import('../src/cli/scan-tree.ts');
const { READERS } = await import('../src/providers/registry.ts');
const { createScanner } = await import('../src/scanner/scanner.ts');
const [folder = '', threads = '1', rounds = '1'] = process.argv.slice(2);
const scanner = createScanner({ readers: READERS });
const settings = { directory: folder, lists: undefined };
const count = Number(threads);
const pool = count > 1 ? new ScanThreads(count - 1, settings) : null;
// The threads last from round to round: their start is measured apart, with the whole command.
if (pool !== null) pool.close = async () => {};
const trees = { paths: [folder], scanner, directory: folder, startThreads: pool && (() => pool) };
const seconds: number[] = [];
const cpuSeconds: number[] = [];
const verdicts: Record<string, number> = {};
let definitions = 0;
for (let round = 0; round < Number(rounds); round++) {
  const before = process.cpuUsage();
  const started = performance.now();
  const { reports } = await scanPaths(trees);
  seconds.push((performance.now() - started) / 1_000);
  const { user, system } = process.cpuUsage(before);
  cpuSeconds.push((user + system) / 1e6);
  definitions = reports.length;
  if (round > 0) continue;
  for (const { verdict } of reports) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
}
const peakMiB = process.resourceUsage().maxRSS / 1_024;
const result: ScanProcessResult = { seconds, cpuSeconds, definitions, verdicts, peakMiB };
process.stdout.write(JSON.stringify(result));
process.exit(0);
