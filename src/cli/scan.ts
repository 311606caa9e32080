import { VERSION } from '../base/version.ts';
import type { Verdict } from '../model/finding.ts';
import { READERS } from '../providers/registry.ts';
import { createScanner } from '../scanner/scanner.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { parseOptions } from './options.ts';
import { scanGithub } from './scan-github.ts';
import { scanJson } from './scan-json.ts';
import { scanSarif } from './scan-sarif.ts';
import { scanText } from './scan-text.ts';
import { scanPaths, type TreeScan } from './scan-tree.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
const FAIL_ON = ['confirmed', 'suspected', 'never'] as const;
type FailOn = (typeof FAIL_ON)[number];

const HELP = `Reads job definitions for mining.

  davylamp scan [PATH…] [--format text|json|sarif|github]
                        [--fail-on confirmed|suspected|never]

PATH is a file or a folder; without one the current folder is scanned.
Everything in it that is a job definition of a known dialect is judged, and
so is every script of the same tree that one of them runs.

  --format F     text (default), json (schema davylamp.scan/1), sarif (2.1.0),
                 or github (workflow annotations); standard output holds
                 nothing else
  --fail-on V    the mildest verdict that ends with exit code 1:
                 confirmed (default), suspected, never

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 the arguments do
not fit, 3 nothing found but some input could not be read.
`;

/** Files between two progress lines. */
const PROGRESS_EVERY_FILES = 1_000;

export const scan: Command = {
  name: 'scan',
  summary: 'read job definitions for mining',
  help: HELP,
  async run(args, terminal) {
    const options = parseOptions(args, {
      format: { type: 'string' },
      'fail-on': { type: 'string' },
    });
    const format = options.oneOf('format', FORMATS, 'text');
    const failOn = options.oneOf('fail-on', FAIL_ON, 'confirmed');
    const paths = options.positionals.length > 0 ? options.positionals : ['.'];
    const scanner = createScanner({ readers: READERS });
    const result = scanPaths(paths, scanner, terminal.directory, progressOn(terminal));
    if (terminal.progress) terminal.error('\r\u001b[K');
    terminal.out(render(result, format, terminal));
    return exitCode(result, failOn);
  },
};

function render(result: TreeScan, format: (typeof FORMATS)[number], terminal: Terminal): string {
  switch (format) {
    case 'text':
      return scanText(result, terminal);
    case 'json':
      return scanJson(result);
    case 'sarif':
      return scanSarif(result, VERSION);
    case 'github':
      return scanGithub(result);
  }
}

/** A miner that was found outweighs a file that was not read. */
function exitCode({ reports, unread }: TreeScan, failOn: FailOn): number {
  const fails: readonly Verdict[] =
    failOn === 'never' ? [] : failOn === 'confirmed' ? ['confirmed'] : ['confirmed', 'suspected'];
  if (reports.some((report) => fails.includes(report.verdict))) return EXIT.found;
  const isBroken = unread.length > 0 || reports.some((report) => report.broken);
  return isBroken ? EXIT.unread : EXIT.ok;
}

function progressOn(terminal: Terminal): (files: number) => void {
  if (!terminal.progress) return () => {};
  return (files) => {
    if (files % PROGRESS_EVERY_FILES === 0) terminal.error(`\r${files} files`);
  };
}
