/** What an agent is told from outside: its command line; the key of the server by environment. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { agentPolicyBytesMax } from '../../base/sensor-limits.ts';
import { UsageError } from '../../cli/command.ts';
import { readIndicators } from '../../cli/operator-files.ts';
import { parseOptions, wordOf } from '../../cli/options.ts';
import { readOperatorText } from '../../cli/read-operator-file.ts';
import { serverUrl } from '../../cli/server-url.ts';
import type { IndicatorLists } from '../../scanner/indicators/indicators.ts';
import { type AgentPolicy, DEFAULT_AGENT_POLICY, readAgentPolicy } from './agent-policy.ts';
import { AGENT_LOG_LEVELS, type AgentLogLevel } from './ndjson-log.ts';

export interface AgentOptions {
  readonly policy: AgentPolicy;
  /** Null: the agent is alone. */
  readonly server: string | null;
  /** From `DAVYLAMP_AGENT_KEY`. */
  readonly key: string;
  /** What senders of records must show, from `DAVYLAMP_AGENT_TOKEN`; empty: nothing. */
  readonly inboxToken: string;
  readonly state: string;
  readonly logLevel: AgentLogLevel;
  readonly indicators: Partial<IndicatorLists>;
  /** Put before the folders of cgroups, where the host's are mounted elsewhere. */
  readonly hostPrefix: string;
  readonly containers: string;
  readonly hostName: string;
  /** Undo what an agent before left behind, and end. */
  readonly undo: boolean;
}

export const AGENT_OPTION_SPECS = {
  policy: { type: 'string' },
  server: { type: 'string' },
  state: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'log-level': { type: 'string' },
  indicators: { type: 'string' },
  'host-prefix': { type: 'string' },
  containers: { type: 'string' },
  'host-name': { type: 'string' },
  undo: { type: 'boolean' },
} as const;

const STATE = '/var/lib/davylamp-agent';
const CONTAINERS = '/var/lib/docker/containers';
const KEY = 'DAVYLAMP_AGENT_KEY';
const TOKEN = 'DAVYLAMP_AGENT_TOKEN';

type Environment = Readonly<Record<string, string | undefined>>;

export function readAgentOptions(
  args: readonly string[],
  environment: Environment,
  cwd: string,
): AgentOptions {
  const options = parseOptions(args, AGENT_OPTION_SPECS);
  if (options.positionals.length > 0) {
    throw new UsageError(`agent takes no '${options.positionals[0]}'`);
  }
  const file = options.text('policy');
  const policy = file === undefined ? DEFAULT_AGENT_POLICY : readPolicyFile(resolve(cwd, file));
  const server = options.text('server') ?? null;
  // With a server and no rules of its own an agent leaves it to the server.
  const base = file === undefined && server !== null ? { ...policy, rules: [] } : policy;
  const key = environment[KEY] ?? '';
  if (server !== null && key === '') throw new UsageError(`--server needs a key, in ${KEY}`);
  return {
    policy: options.flag('dry-run') ? { ...base, dryRun: true } : base,
    server: server === null ? null : serverUrl(server),
    key,
    inboxToken: environment[TOKEN] ?? '',
    state: resolve(cwd, options.text('state') ?? STATE),
    logLevel: wordOf('log-level', options.text('log-level') ?? 'info', AGENT_LOG_LEVELS),
    indicators: readIndicators(options.text('indicators'), cwd) ?? {},
    hostPrefix: options.text('host-prefix') ?? '',
    containers: options.text('containers') ?? CONTAINERS,
    hostName: options.text('host-name') ?? hostname(),
    undo: options.flag('undo'),
  };
}

function readPolicyFile(path: string): AgentPolicy {
  let text: string;
  try {
    text = readOperatorText(path, agentPolicyBytesMax);
  } catch (error) {
    throw new UsageError(`--policy ${path}: ${(error as Error).message}`);
  }
  const policy = readAgentPolicy(text);
  if (policy.ok) return policy.value;
  const lines = policy.error.map(({ line, column, message }) => {
    return `${path}:${line}:${column}: ${message}`;
  });
  throw new UsageError(lines.join('\n'));
}
