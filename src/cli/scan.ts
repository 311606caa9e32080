import { statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HOMEPAGE, VERSION } from '../base/version.ts';
import type { Verdict } from '../model/finding.ts';
import { READERS } from '../providers/registry.ts';
import { Indicators } from '../scanner/indicators/indicators.ts';
import { createScanner } from '../scanner/scanner.ts';
import { isArchiveName } from './archive/archive-contents.ts';
import { ChangedSince } from './changed-since.ts';
import { type Command, EXIT, type Terminal, UsageError } from './command.ts';
import { combineScans, type TreeScan } from './gathering.ts';
import { globOf } from './glob.ts';
import { repositoryOf } from './list-files.ts';
import { readBaseline, readIndicators, readSuppressions, ruleIds } from './operator-files.ts';
import { printable } from './printable-text.ts';
import { ProgressBar } from './progress-bar.ts';
import { scanArchiveFile } from './scan-archive.ts';
import { scanGithub } from './scan-github.ts';
import { SCAN_HELP } from './scan-help.ts';
import { scanJson } from './scan-json.ts';
import { type FailOn, type Format, readScanOptions, type ScanOptions } from './scan-options.ts';
import { outcomeOf, type ScanOutcome } from './scan-outcome.ts';
import { scanSarif } from './scan-sarif.ts';
import { scanStdin } from './scan-stdin.ts';
import { scanText } from './scan-text.ts';
import { scanPaths } from './scan-tree.ts';
import { slashed } from './source-tree.ts';
import { SuppressionList } from './suppression-list.ts';
import { TrackedFiles } from './tracked-files.ts';

export const scan: Command = {
  name: 'scan',
  summary: 'read job definitions for mining',
  help: SCAN_HELP,
  async run(args, terminal) {
    const options = readScanOptions(args);
    const judge = judgeOf(options, terminal);
    const outcome = judge(await scanInputs(options, terminal));
    const exitCode = exitCodeOf(outcome, options.failOn);
    const render = (format: Format, color: boolean): string => {
      return rendered(outcome, format, { ...options, color, exitCode });
    };
    for (const { format, file } of options.write) write(file, render(format, false), terminal);
    terminal.out(render(options.format, terminal.color));
    if (options.format === 'text' && !options.quiet) {
      for (const note of outcome.notes) terminal.error(`${printable(note)}\n`);
    }
    return exitCode;
  },
};

/** Reads what the operator hands in before anything is scanned. */
function judgeOf(options: ScanOptions, terminal: Terminal): (scan: TreeScan) => ScanOutcome {
  const { directory } = terminal;
  const baseline = readBaseline(options.baseline, directory);
  const operator = readSuppressions(options.suppressions, directory);
  return (scanned) => {
    const suppressions = new SuppressionList({
      operator,
      allowInline: options.allowInlineSuppressions,
      ignoreFiles: scanned.ignoreFiles,
      rules: ruleIds(),
      now: terminal.now(),
    });
    return outcomeOf(scanned, { suppressions, baseline });
  };
}

/** Folders and files, archives, and standard input, each in its way. */
async function scanInputs(options: ScanOptions, terminal: Terminal): Promise<TreeScan> {
  const { directory } = terminal;
  const lists = readIndicators(options.indicators, directory);
  const indicators = lists === undefined ? {} : { indicators: new Indicators(lists) };
  const scanner = createScanner({ readers: READERS, ...indicators });
  const globs = options.exclude.map(globOf);
  const isExcluded = (path: string): boolean => globs.some((glob) => glob.matches(path));
  const given = READERS.find(({ dialect }) => dialect === options.dialect) ?? null;
  const isArchive = (path: string): boolean => given === null && isArchiveFile(path, directory);
  const [stdin, named] = partition(options.paths, (path) => path === '-');
  const [archives, paths] = partition(named, isArchive);
  if (options.changedSince !== undefined && (stdin.length > 0 || archives.length > 0)) {
    throw new UsageError('--changed-since compares folders and files with their repository');
  }
  const scans: TreeScan[] = [];
  if (stdin.length > 0) {
    const { input } = terminal;
    const name = options.stdinName;
    scans.push(await scanStdin({ input, name, given, directory, scanner, isExcluded }));
  }
  for (const name of archives) {
    scans.push(await scanArchiveFile(resolve(directory, name), { name, scanner, isExcluded }));
  }
  const progress = new ProgressBar(terminal);
  const onFile = (files: number, done: number): void => progress.show(files, done);
  const excluding = globs.length > 0 ? { isExcluded } : {};
  if (paths.length > 0) {
    const changes = changesOf(options, terminal);
    const tracked = options.tracked ? new TrackedFiles({ path: terminal.programPath }) : null;
    const filters = { changes, tracked, ...excluding };
    scans.push(scanPaths({ paths, scanner, directory, given, onFile, ...filters }));
  }
  progress.clear();
  const [only] = scans;
  return scans.length === 1 && only ? only : combineScans(scans);
}

/** The revision must be known where the paths lie; a folder of clones is asked one by one. */
function changesOf(options: ScanOptions, terminal: Terminal): ChangedSince | null {
  const { changedSince, paths } = options;
  if (changedSince === undefined) return null;
  const changes = new ChangedSince(changedSince, { path: terminal.programPath });
  const roots = paths.map((path) => repositoryOf(slashed(resolve(terminal.directory, path))));
  for (const root of new Set(roots)) if (root !== null) changes.require(root);
  return changes;
}

/** A folder may be called `x.zip`. */
function isArchiveFile(path: string, directory: string): boolean {
  if (!isArchiveName(path)) return false;
  return statSync(resolve(directory, path), { throwIfNoEntry: false })?.isFile() === true;
}

function partition(
  paths: readonly string[],
  isFirst: (path: string) => boolean,
): readonly [readonly string[], readonly string[]] {
  return [paths.filter(isFirst), paths.filter((path) => !isFirst(path))];
}

interface RenderOptions extends Pick<ScanOptions, 'verbose' | 'quiet'> {
  readonly color: boolean;
  readonly exitCode: number;
}

function rendered(outcome: ScanOutcome, format: Format, options: RenderOptions): string {
  switch (format) {
    case 'text':
      return scanText(outcome, options);
    case 'json':
      return scanJson(outcome);
    case 'sarif':
      return scanSarif(outcome, { version: VERSION, homepage: HOMEPAGE }, options.exitCode);
    case 'github':
      return scanGithub(outcome);
  }
}

function write(file: string, text: string, { directory }: Terminal): void {
  try {
    writeFileSync(resolve(directory, file), text);
  } catch (error) {
    throw new UsageError(`--write ${file}: ${(error as Error).message}`);
  }
}

/** A miner that was found outweighs a file that was not read. */
function exitCodeOf({ definitions, unread }: ScanOutcome, failOn: FailOn): number {
  const fails: readonly Verdict[] =
    failOn === 'never' ? [] : failOn === 'confirmed' ? ['confirmed'] : ['confirmed', 'suspected'];
  if (definitions.some(({ verdict }) => fails.includes(verdict))) return EXIT.found;
  const isBroken = unread.length > 0 || definitions.some(({ broken }) => broken);
  return isBroken ? EXIT.unread : EXIT.ok;
}
