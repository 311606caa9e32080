import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HOMEPAGE, VERSION } from '../base/version.ts';
import type { Verdict } from '../model/finding.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import type { TreeScan } from './gathering.ts';
import { readBaseline, readSuppressions, ruleIds } from './operator-files.ts';
import { printable } from './printable-text.ts';
import { scanGithub } from './scan-github.ts';
import { SCAN_HELP } from './scan-help.ts';
import { scanInputs } from './scan-inputs.ts';
import { scanJson } from './scan-json.ts';
import { type FailOn, type Format, readScanOptions, type ScanOptions } from './scan-options.ts';
import { outcomeOf, type ScanOutcome } from './scan-outcome.ts';
import { scanSarif } from './scan-sarif.ts';
import { scanText } from './scan-text.ts';
import { SuppressionList } from './suppression-list.ts';

/** The mildest verdict that fails, and all that are worse. */
const FAILING: Readonly<Record<FailOn, readonly Verdict[]>> = {
  confirmed: ['confirmed'],
  suspected: ['confirmed', 'suspected'],
  never: [],
};

export const scan: Command = {
  name: 'scan',
  summary: 'read job definitions for mining',
  help: SCAN_HELP,
  async run(args, terminal) {
    const options = readScanOptions(args);
    const judge = judgeOf(options, terminal);
    const outcome = judge(await scanInputs(options, terminal));
    const found = exitCodeOf(outcome, options);
    const render = (format: Format, color: boolean, exitCode: number): string => {
      return rendered(outcome, format, { ...options, color, exitCode });
    };
    const isLost = options.write
      .map(({ format, file }) => write(file, render(format, false, found), terminal))
      .includes(false);
    // A miner that was found outweighs a report that could not be kept.
    const exitCode = isLost && found !== EXIT.found ? EXIT.unread : found;
    terminal.out(render(options.format, terminal.color, exitCode));
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

/** Whether the report is in the file. */
function write(file: string, text: string, { directory, error }: Terminal): boolean {
  try {
    writeFileSync(resolve(directory, file), text);
    return true;
  } catch (problem) {
    error(`davylamp: --write ${file}: ${(problem as Error).message}\n`);
    return false;
  }
}

/** A miner that was found outweighs a file that was not read. */
function exitCodeOf(
  { definitions, unread }: ScanOutcome,
  { failOn, allowUnread }: Pick<ScanOptions, 'failOn' | 'allowUnread'>,
): number {
  const fails = definitions.some(({ verdict }) => FAILING[failOn].includes(verdict));
  if (fails) return EXIT.found;
  const isBroken = unread.length > 0 || definitions.some(({ broken }) => broken);
  return isBroken && !allowUnread ? EXIT.unread : EXIT.ok;
}
