/** What `davylamp scan` was asked for, as its arguments say it. */
import { scanThreadsMax } from '../base/limits.ts';
import { DIALECTS, type Dialect } from '../model/job-definition.ts';
import { UsageError } from './command.ts';
import { type Glob, globOf } from './glob.ts';
import { parseOptions, wordOf } from './options.ts';

export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof FORMATS)[number];

export const FAIL_ON = ['confirmed', 'suspected', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export interface ScanOptions {
  readonly paths: readonly string[];
  readonly exclude: readonly Glob[];
  /** Only what git tracks counts. */
  readonly tracked: boolean;
  /** A commit; only what differs from it counts. */
  readonly changedSince: string | undefined;
  /** Reads files that are named themselves, and standard input, whatever their name. */
  readonly dialect: Dialect | undefined;
  readonly stdinName: string | undefined;
  /** Threads that judge; undefined for one on each core. */
  readonly jobs: number | undefined;
  readonly format: Format;
  /** Reports to keep in files besides the one that is printed. */
  readonly write: readonly { readonly format: Format; readonly file: string }[];
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly failOn: FailOn;
  /** What could not be read does not change the exit code. */
  readonly allowUnread: boolean;
  /** Files of the operator, as he named them. */
  readonly baseline: string | undefined;
  readonly suppressions: string | undefined;
  readonly indicators: string | undefined;
  readonly allowInlineSuppressions: boolean;
}

export function readScanOptions(args: readonly string[]): ScanOptions {
  const options = parseOptions(args, {
    'exclude': { type: 'string', multiple: true },
    'tracked': { type: 'boolean' },
    'changed-since': { type: 'string' },
    'dialect': { type: 'string' },
    'stdin-name': { type: 'string' },
    'jobs': { type: 'string' },
    'format': { type: 'string' },
    'write': { type: 'string', multiple: true },
    'verbose': { type: 'boolean' },
    'quiet': { type: 'boolean' },
    'fail-on': { type: 'string' },
    'allow-unread': { type: 'boolean' },
    'baseline': { type: 'string' },
    'suppressions': { type: 'string' },
    'indicators': { type: 'string' },
    'allow-inline-suppressions': { type: 'boolean' },
  });
  const { positionals, flag, text, texts, oneOf } = options;
  if (flag('verbose') && flag('quiet')) throw new UsageError('say --verbose or --quiet, not both');
  const dialect = text('dialect');
  return {
    paths: positionals.length > 0 ? positionals : ['.'],
    exclude: texts('exclude').map(excludeOf),
    tracked: flag('tracked'),
    changedSince: text('changed-since'),
    dialect: dialect === undefined ? undefined : wordOf('dialect', dialect, DIALECTS),
    stdinName: text('stdin-name'),
    jobs: jobsOf(text('jobs')),
    format: oneOf('format', FORMATS, 'text'),
    write: texts('write').map(writeOf),
    verbose: flag('verbose'),
    quiet: flag('quiet'),
    allowUnread: flag('allow-unread'),
    failOn: oneOf('fail-on', FAIL_ON, 'confirmed'),
    baseline: text('baseline'),
    suppressions: text('suppressions'),
    indicators: text('indicators'),
    allowInlineSuppressions: flag('allow-inline-suppressions'),
  };
}

/** In CI a glob may come from a variable that is not set, which must not switch the scan off. */
function excludeOf(value: string): Glob {
  const glob = globOf(value);
  if (glob !== null && !glob.matchesAll) return glob;
  throw new UsageError(`--exclude takes a glob that leaves something to scan, not '${value}'`);
}

function jobsOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const jobs = Number(value);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= scanThreadsMax) return jobs;
  throw new UsageError(`--jobs takes a number from 1 to ${scanThreadsMax}, not '${value}'`);
}

/** `sarif=davylamp.sarif`. */
function writeOf(value: string): { format: Format; file: string } {
  const at = value.indexOf('=');
  if (at === -1 || at === value.length - 1) {
    throw new UsageError(`--write takes FORMAT=FILE, such as sarif=davylamp.sarif, not '${value}'`);
  }
  return { format: wordOf('write', value.slice(0, at), FORMATS), file: value.slice(at + 1) };
}
