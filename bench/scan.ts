/**
 * Scanning beside other tools on the same files, in one run: the definitions of a tree alone, in a
 * folder of their own, since no other tool tells them from other files. The tree is made from a
 * seed; `CORPUS=DIR npm run bench scan` measures on a real one instead, and then the whole tree as
 * well, with the files that its definitions run.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { READERS } from '../src/providers/registry.ts';
import { createScanner, type Scanner } from '../src/scanner/scanner.ts';
import { corpusFiles } from './corpus.ts';
import { type Measurement, median } from './measure.ts';
import { ripgrepSeconds, yamlSeconds, yaraSeconds } from './scan-peers.ts';
import type { ScanProcessResult } from './scan-process.ts';
import { scanWays } from './scan-ways.ts';

const ROUNDS = 5;
/** Of a real tree, a round of which takes a hundred times as long. */
const TREE_ROUNDS = 1;
const FILES = 8_000;
const SEED = 7;
/** Larger files are unchecked, and read by nobody. */
const BYTES_MAX = 4 * 1024 * 1024;
const PROGRAM = join(import.meta.dirname, '../src/main/cli.ts');
const PROCESS = join(import.meta.dirname, 'scan-process.ts');

export async function scan(): Promise<Measurement> {
  const given = process.env['CORPUS'];
  const scratch = mkdtempSync(join(tmpdir(), 'davylamp-bench-'));
  try {
    const folder = join(scratch, 'definitions');
    if (given === undefined) writeCorpus(folder);
    else copyDefinitions(given, folder);
    return measure(folder, scratch, given ?? null);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function measure(folder: string, scratch: string, tree: string | null): Measurement {
  const files = filesIn(folder);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const threads = availableParallelism();
  const rounds = tree === null ? ROUNDS : TREE_ROUNDS;
  const rows: (string | number)[][] = [];
  const add = (name: string, seconds: number | null, peakMiB: number | string = ''): void => {
    if (seconds === null) rows.push([name, 'not installed', '', '']);
    else rows.push([name, files.length / seconds, bytes / 1e6 / seconds, peakMiB]);
  };
  const repeated = (run: () => number | null): number | null => {
    const all = Array.from({ length: rounds }, run);
    return all.includes(null) ? null : median(all as number[]);
  };
  add(
    'plain read, one thread',
    repeated(() => readSeconds(files)),
  );
  add(
    'ripgrep, the same words',
    repeated(() => ripgrepSeconds(folder, scratch, threads)),
  );
  add(
    'yara, the same words',
    repeated(() => yaraSeconds(folder, scratch, threads)),
  );
  const documents = files.filter((file) => /\.ya?ml$/.test(file));
  const parsed = repeated(() => yamlSeconds(documents));
  rows.push([`js-yaml, its ${documents.length} files`, documents.length / (parsed ?? 1), '', '']);
  // Keeps what Node compiles, as the installed command does.
  scanned(folder, threads, 1);
  const alone = scanned(folder, 1, rounds + 1);
  add('davylamp, one thread', steady(alone.seconds), alone.peakMiB);
  const together = scanned(folder, threads, rounds + 1);
  add(`davylamp, ${threads} threads`, steady(together.seconds), together.peakMiB);
  add(
    'davylamp scan, the whole command',
    repeated(() => commandSeconds(folder)),
  );
  for (const count of tree === null ? [] : [1, threads]) {
    const { definitions, seconds, peakMiB } = scanned(tree ?? folder, count, rounds + 1);
    rows.push([`the whole tree, ${count} threads`, definitions / steady(seconds), '', peakMiB]);
  }
  const verdicts = Object.entries(alone.verdicts).map(([verdict, count]) => `${count} ${verdict}`);
  const cpu = steady(together.cpuSeconds) / alone.definitions;
  return {
    name: 'scan',
    settings: {
      corpus: tree === null ? `seed ${SEED}` : 'CORPUS',
      files: files.length,
      megabytes: Number((bytes / 1e6).toFixed(2)),
      rounds,
    },
    columns: ['', 'files a second', 'MB a second', 'peak MiB'],
    rows,
    notes: [
      `${alone.definitions} definitions: ${verdicts.join(', ')}.`,
      `${Math.round(cpu * 1e6)} µs of processor time a definition with ${threads} threads.`,
      ...scanWays(tree ?? folder),
    ],
  };
}

/** The first round loads and compiles; the whole command has it. */
function steady(seconds: readonly number[]): number {
  return median(seconds.slice(1));
}

function scanned(folder: string, threads: number, rounds: number): ScanProcessResult {
  const args = [PROCESS, folder, String(threads), String(rounds)];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'davylamp-bench-compiled') };
  const options = { encoding: 'utf8', maxBuffer: 2 ** 26, env } as const;
  const { stdout } = spawnSync(process.execPath, args, options);
  return JSON.parse(stdout) as ScanProcessResult;
}

function commandSeconds(folder: string): number {
  const started = performance.now();
  spawnSync(process.execPath, [PROGRAM, 'scan', '--quiet', folder], { stdio: 'ignore' });
  return (performance.now() - started) / 1_000;
}

function readSeconds(files: readonly string[]): number {
  const started = performance.now();
  for (const file of files) readFileSync(file);
  return (performance.now() - started) / 1_000;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function copyDefinitions(corpus: string, folder: string): void {
  const scanner = createScanner({ readers: READERS });
  for (const file of filesIn(corpus)) {
    if (file.includes('/.git/') || !isDefinition(file, scanner)) continue;
    const target = join(folder, relative(corpus, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
}

function isDefinition(file: string, scanner: Scanner): boolean {
  const parts = file.split('/');
  if (statSync(file).size > BYTES_MAX) return false;
  if (scanner.readerFor(parts.slice(-4).join('/')) !== null) return true;
  const name = parts.at(-1) ?? '';
  if (!scanner.mayRecognise(name)) return false;
  return scanner.recognise(name, readFileSync(file, 'utf8')) !== null;
}

function writeCorpus(folder: string): void {
  for (const { path, text } of corpusFiles(FILES, SEED)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
