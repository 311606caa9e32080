/**
 * What a server is told from outside: the command line first, then the configuration file, then
 * defaults. Secrets come by environment only, so that they are in no file and no process list.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scanFileBytesMax } from '../base/limits.ts';
import { parseYaml, textOf, type YamlMap } from '../base/yaml.ts';
import { UsageError } from '../cli/command.ts';
import { readIndicators } from '../cli/operator-files.ts';
import { parseOptions, wordOf } from '../cli/options.ts';
import { readOperatorText } from '../cli/read-operator-file.ts';
import type { Knowledge } from '../linker/identifiers/event-values.ts';
import { parseSubject } from '../model/ids.ts';
import { didYouMean } from '../policy/nearest.ts';
import { type Provider, secretVariable } from '../ports/provider.ts';
import { PROVIDERS } from '../providers/registry.ts';
import type { IndicatorLists } from '../scanner/indicators/indicators.ts';
import { IDENTIFIER_KEY_VARIABLE } from './identifier-key.ts';
import { readKnowledge } from './knowledge-files.ts';
import { LOG_LEVELS, type LogLevel } from './pino-log.ts';

export interface Config {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly policyFile: string;
  readonly mode: 'live' | 'shadow';
  /** Whether accounts are linked; else each is its own party, whatever it shows. */
  readonly linking: boolean;
  readonly logLevel: LogLevel;
  readonly scanThreads: number;
  /** The operator's own, from `--indicators FILE`; none is printed or logged. */
  readonly indicators: Partial<IndicatorLists>;
  /** From `--networks FILE` and `--disposable-domains FILE`, where they are said. */
  readonly knowledge: Partial<Knowledge>;
  /** From `DAVYLAMP_ADMIN_KEY`, or null. */
  readonly adminKey: string | null;
  /** From `DAVYLAMP_IDENTIFIER_KEY`, or null: then it is in a file of the data directory. */
  readonly identifierKey: string | null;
  /** All, with the further instances that there is a secret for. */
  readonly providers: readonly Provider[];
  /** Shared secrets by provider, from `DAVYLAMP_<PROVIDER>_SECRET`. */
  readonly secrets: Readonly<Record<string, string>>;
}

export const DEFAULTS = {
  data: 'davylamp-data',
  listen: '127.0.0.1:8420',
  'log-level': 'info',
  'scan-threads': '1',
} as const;

const SETTINGS = [
  'data',
  'listen',
  'policy',
  'shadow',
  'no-links',
  'log-level',
  'scan-threads',
  'indicators',
  'networks',
  'disposable-domains',
] as const;
type Setting = (typeof SETTINGS)[number];

const DEFAULT_POLICY = fileURLToPath(new URL('../../policies/default.yaml', import.meta.url));
const ADMIN_KEY_LENGTH_MIN = 16;
const SCAN_THREADS_MAX = 64;

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(args: readonly string[], environment: Environment, cwd: string): Config {
  const options = parseOptions(args, {
    data: { type: 'string' },
    listen: { type: 'string' },
    config: { type: 'string' },
    policy: { type: 'string' },
    shadow: { type: 'boolean' },
    'no-links': { type: 'boolean' },
    'log-level': { type: 'string' },
    'scan-threads': { type: 'string' },
    indicators: { type: 'string' },
    networks: { type: 'string' },
    'disposable-domains': { type: 'string' },
  });
  if (options.positionals.length > 0) {
    throw new UsageError(`serve takes no '${options.positionals[0]}'`);
  }
  const configFile = options.text('config');
  const file = configFile === undefined ? {} : readFile(resolve(cwd, configFile), configFile);
  const setting = (name: Setting): string | undefined => options.text(name) ?? file[name];
  const [host, port] = parseListen(setting('listen') ?? DEFAULTS.listen);
  const policy = setting('policy');
  return {
    data: resolve(cwd, setting('data') ?? DEFAULTS.data),
    host,
    port,
    policyFile: policy === undefined ? DEFAULT_POLICY : resolve(cwd, policy),
    mode: options.flag('shadow') || parseBoolean('shadow', file.shadow) ? 'shadow' : 'live',
    linking: !options.flag('no-links') && !parseBoolean('no-links', file['no-links']),
    logLevel: wordOf('log-level', setting('log-level') ?? DEFAULTS['log-level'], LOG_LEVELS),
    scanThreads: parseThreads(setting('scan-threads') ?? DEFAULTS['scan-threads']),
    indicators: readIndicators(setting('indicators'), cwd) ?? {},
    knowledge: readKnowledge(
      { networks: setting('networks'), disposableDomains: setting('disposable-domains') },
      cwd,
    ),
    adminKey: parseAdminKey(environment['DAVYLAMP_ADMIN_KEY']),
    identifierKey: environment[IDENTIFIER_KEY_VARIABLE] || null,
    ...providersIn(environment),
  };
}

/** A map of settings, strict: a name that is not known is a mistake, not a comment. */
function readFile(path: string, shown: string): Partial<Record<Setting, string>> {
  let text: string;
  try {
    // No YAML file is larger, whatever it holds.
    text = readOperatorText(path, scanFileBytesMax);
  } catch (error) {
    throw new UsageError(`--config ${shown}: ${(error as Error).message}`);
  }
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const { line, column, message } = parsed.error;
    throw new UsageError(`${shown}:${line}:${column}: ${message}`);
  }
  const { documents, unknownAliases } = parsed.value;
  if (documents.length > 1) throw new UsageError(`${shown}: it must be one YAML document`);
  if (unknownAliases.length > 0) throw new UsageError(`${shown}: an alias has no anchor`);
  const root = documents[0]?.root ?? null;
  if (root === null) return {};
  if (root.kind !== 'map') throw new UsageError(`${shown}: it must be a map of settings`);
  return settingsIn(root, shown);
}

function settingsIn(root: YamlMap, shown: string): Partial<Record<Setting, string>> {
  const settings: Partial<Record<Setting, string>> = {};
  for (const { key, value, duplicate } of root.entries) {
    const name = SETTINGS.find((known) => known === key.value);
    const text = textOf(value);
    if (name === undefined) {
      const hint = didYouMean(key.value, SETTINGS);
      throw new UsageError(`${shown}: there is no setting '${key.value}'${hint}`);
    }
    if (duplicate) throw new UsageError(`${shown}: '${name}' stands twice`);
    if (text === undefined) throw new UsageError(`${shown}: '${name}' takes one value`);
    settings[name] = text;
  }
  return settings;
}

/** The framework opens a second server for `localhost`, on `::1`, which has no handlers of ours. */
function parseListen(text: string): [host: string, port: number] {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, at).replace(/^\[([^\]]*)\]$/, '$1');
  const digits = text.slice(at + 1);
  const port = Number(digits);
  if (at <= 0 || !/^\d{1,5}$/.test(digits) || port > 65_535) {
    throw new UsageError(`--listen takes HOST:PORT, not '${text}'`);
  }
  return [host === 'localhost' ? '127.0.0.1' : host, port];
}

function parseBoolean(name: Setting, text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw new UsageError(`'${name}' takes true or false, not '${text}'`);
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= SCAN_THREADS_MAX) return threads;
  throw new UsageError(`--scan-threads takes 1 to ${SCAN_THREADS_MAX}, not '${text}'`);
}

function parseAdminKey(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (text.length >= ADMIN_KEY_LENGTH_MIN) return text;
  throw new UsageError(`DAVYLAMP_ADMIN_KEY needs ${ADMIN_KEY_LENGTH_MIN} characters or more`);
}

function providersIn(environment: Environment): Pick<Config, 'providers' | 'secrets'> {
  const secrets: Record<string, string> = {};
  const providers = PROVIDERS.flatMap((provider) => [
    provider,
    ...instancesIn(environment, provider),
  ]);
  for (const { name } of providers) {
    const secret = environment[secretVariable(name)];
    if (secret) secrets[name] = secret;
  }
  return { providers, secrets };
}

/** `DAVYLAMP_GITLAB_EU_SECRET` is that of a further instance, `gitlab-eu`. */
function instancesIn(
  environment: Environment,
  { name: kind, instanceNamed }: Provider,
): readonly Provider[] {
  if (instanceNamed === undefined) return [];
  const [before = '', after = ''] = secretVariable(`${kind}-*`).split('*');
  return Object.keys(environment).flatMap((variable) => {
    const isOne = variable.startsWith(before) && variable.endsWith(after);
    const middle = variable.slice(before.length, -after.length);
    if (!isOne || middle === '') return [];
    const name = `${kind}-${middle.toLowerCase().replaceAll('_', '-')}`;
    const subject = parseSubject(`${name}/any`);
    if (subject !== null && secretVariable(name) === variable) {
      return [instanceNamed(subject.provider)];
    }
    throw new UsageError(`${variable} names no instance: letters, digits and _, 40 with the kind`);
  });
}
