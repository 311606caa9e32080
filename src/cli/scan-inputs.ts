/** Scans what the arguments name: folders and files, archives, standard input, each in its way. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { DialectReader } from '../model/job-definition.ts';
import { READERS } from '../providers/registry.ts';
import { type IndicatorLists, Indicators } from '../scanner/indicators/indicators.ts';
import { createScanner, type Scanner } from '../scanner/scanner.ts';
import { isArchiveName } from './archive/archive-contents.ts';
import { ChangedSince } from './changed-since.ts';
import { type Terminal, UsageError } from './command.ts';
import { combineScans, type TreeScan } from './gathering.ts';
import { repositoryOf } from './list-files.ts';
import { readIndicators } from './operator-files.ts';
import { ProgressBar } from './progress-bar.ts';
import { scanArchiveFile } from './scan-archive.ts';
import type { ScanOptions } from './scan-options.ts';
import { scanStdin } from './scan-stdin.ts';
import { ScanThreads } from './scan-threads.ts';
import { scanPaths } from './scan-tree.ts';
import { slashed } from './source-tree.ts';
import { TrackedFiles } from './tracked-files.ts';

interface Inputs {
  readonly stdin: boolean;
  readonly archives: readonly string[];
  readonly paths: readonly string[];
}

/** How all of them are read. */
interface Reading {
  readonly scanner: Scanner;
  readonly directory: string;
  /** The operator's own indicators. */
  readonly lists: Partial<IndicatorLists> | undefined;
  /** The dialect that the operator says, or null. */
  readonly given: DialectReader | null;
  readonly isExcluded: (path: string) => boolean;
  /** Counts files that are left out and that are definitions by their names. */
  readonly excluded: { definitions: number };
}

export async function scanInputs(options: ScanOptions, terminal: Terminal): Promise<TreeScan> {
  const { directory, input } = terminal;
  const reading = readingOf(options, directory);
  const { scanner, isExcluded } = reading;
  const { stdin, archives, paths } = inputsOf(options, directory);
  const scans: TreeScan[] = [];
  if (stdin) scans.push(await scanStdin({ ...reading, input, name: options.stdinName }));
  for (const name of archives) {
    scans.push(await scanArchiveFile(resolve(directory, name), { name, scanner, isExcluded }));
  }
  if (paths.length > 0) scans.push(await scanFolders(paths, options, reading, terminal));
  const [only] = scans;
  const scanned = scans.length === 1 && only ? only : combineScans(scans);
  const isWide = stdin || paths.some((path) => !isFile(resolve(directory, path)));
  return options.exclude.length === 0 ? scanned : withExcluded(scanned, reading, isWide);
}

/**
 * Globs that fit every file switch the scan off, which nobody means. Of files that are named one by
 * one, as a hook names those that changed, all may well be left out.
 */
function withExcluded(scan: TreeScan, { excluded }: Reading, isWide: boolean): TreeScan {
  const { files, reports, unread } = scan;
  const isEmpty = files === 0 && unread.length === 0 && scan.excluded > 0;
  if (isEmpty && isWide) {
    throw new UsageError(`--exclude leaves nothing to scan: all ${scan.excluded} files fit`);
  }
  if (reports.length > 0 || excluded.definitions === 0) return scan;
  const note = `--exclude leaves out all definitions, ${excluded.definitions} by their names`;
  return { ...scan, notes: [...scan.notes, note] };
}

function readingOf({ indicators, exclude, dialect }: ScanOptions, directory: string): Reading {
  const lists = readIndicators(indicators, directory);
  const scanner = createScanner({
    readers: READERS,
    ...(lists === undefined ? {} : { indicators: new Indicators(lists) }),
  });
  const excluded = { definitions: 0 };
  return {
    scanner,
    excluded,
    directory,
    lists,
    given: READERS.find((reader) => reader.dialect === dialect) ?? null,
    isExcluded: (path) => {
      const isLeftOut = exclude.some((glob) => glob.matches(path));
      if (isLeftOut && scanner.readerFor(path) !== null) excluded.definitions++;
      return isLeftOut;
    },
  };
}

function inputsOf({ paths, dialect, changedSince }: ScanOptions, directory: string): Inputs {
  const named = paths.filter((path) => path !== '-');
  const stdin = named.length < paths.length;
  // A file that is given a dialect is no archive, whatever its name.
  const isArchive = (path: string): boolean => {
    return dialect === undefined && isArchiveName(path) && isFile(resolve(directory, path));
  };
  const archives = named.filter(isArchive);
  if (changedSince !== undefined && (stdin || archives.length > 0)) {
    throw new UsageError('--changed-since compares folders and files with their repository');
  }
  return { stdin, archives, paths: named.filter((path) => !archives.includes(path)) };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function scanFolders(
  paths: readonly string[],
  options: ScanOptions,
  { isExcluded, lists, ...reading }: Reading,
  terminal: Terminal,
): Promise<TreeScan> {
  const progress = new ProgressBar(terminal);
  const { directory } = reading;
  const jobs = options.jobs ?? availableParallelism();
  const scanned = await scanPaths({
    ...reading,
    ...(options.exclude.length > 0 && { isExcluded }),
    paths,
    changes: changesOf(paths, options, terminal),
    tracked: options.tracked ? new TrackedFiles({ path: terminal.programPath }) : null,
    onFile: (files, done) => progress.show(files, done),
    startThreads: jobs > 1 ? () => new ScanThreads(jobs - 1, { directory, lists }) : null,
  });
  progress.clear();
  return scanned;
}

/** The commit must be known where the paths lie; a folder of clones is asked one by one. */
function changesOf(
  paths: readonly string[],
  { changedSince }: ScanOptions,
  { directory, programPath }: Terminal,
): ChangedSince | null {
  if (changedSince === undefined) return null;
  const changes = new ChangedSince(changedSince, { path: programPath });
  const roots = paths.map((path) => repositoryOf(slashed(resolve(directory, path))));
  for (const root of new Set(roots)) if (root !== null) changes.require(root);
  return changes;
}
