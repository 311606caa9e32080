/**
 * Scanning a tree beside the floor, a plain read of the same files. The tree is made from a seed;
 * `CORPUS=DIR npm run bench scan` measures on a real one instead.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scanPaths } from '../src/cli/scan-tree.ts';
import { READERS } from '../src/providers/registry.ts';
import { createScanner } from '../src/scanner/scanner.ts';
import { corpusFiles } from './corpus.ts';
import { type Measurement, median } from './measure.ts';

const ROUNDS = 5;
const FILES = 4_000;
const SEED = 7;

export async function scan(): Promise<Measurement> {
  const given = process.env['CORPUS'];
  const folder = given ?? writeCorpus();
  try {
    return await measure(folder, given === undefined ? `seed ${SEED}` : 'CORPUS');
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true });
  }
}

async function measure(folder: string, corpus: string): Promise<Measurement> {
  const scanner = createScanner({ readers: READERS });
  const files = claimedFiles(folder, (path) => scanner.readerFor(path) !== null);
  const bytes = files.reduce((sum, path) => sum + readFileSync(path).length, 0);
  const read = () => files.map((path) => readFileSync(path).length);
  const judge = () => scanPaths({ paths: [folder], scanner, directory: folder });
  await judge();
  const readSeconds: number[] = [];
  const scanSeconds: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    readSeconds.push(seconds(read));
    scanSeconds.push(await secondsOf(judge));
  }
  const row = (name: string, values: readonly number[]): (string | number)[] => [
    name,
    files.length / median(values),
    bytes / 1e6 / median(values),
  ];
  const slower = scanSeconds.map((value, i) => value / (readSeconds[i] ?? 1));
  return {
    name: 'scan',
    settings: {
      corpus,
      files: files.length,
      megabytes: Number((bytes / 1e6).toFixed(2)),
      rounds: ROUNDS,
    },
    columns: ['', 'files a second', 'MB a second'],
    rows: [
      row('plain read of the same files', readSeconds),
      row('scan, one core', scanSeconds),
      ['scan / read, time, median of pairs', median(slower), ''],
    ],
    notes: [],
  };
}

async function secondsOf(task: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await task();
  return (performance.now() - started) / 1_000;
}

function seconds(task: () => unknown): number {
  const started = performance.now();
  task();
  return (performance.now() - started) / 1_000;
}

function claimedFiles(folder: string, isClaimed: (path: string) => boolean): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => isClaimed(path.split('/').slice(-3).join('/')));
}

function writeCorpus(): string {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-corpus-'));
  for (const { path, text } of corpusFiles(FILES, SEED)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
