/**
 * An agent's policy: a YAML map of what to watch with, whose job is whose, and what to do. Read
 * strictly, by the readers of the server's policies; `docs/reference/agent-policy.md` is the table.
 */
import { fail, ok, type Result } from '../../base/result.ts';
import { agentPolicyBytesMax, jobRulesMax } from '../../base/sensor-limits.ts';
import { parseYaml, type YamlNode } from '../../base/yaml.ts';
import { type Caps, MEASURE_KINDS } from '../../enforce/measure.ts';
import { DEFAULT_RUN_RULES, type RunRule } from '../../enforce/run-rule.ts';
import type { SensorName } from '../../model/signal.ts';
import { parseDuration } from '../../policy/duration.ts';
import { type PolicyProblem, PolicyProblems } from '../../policy/policy-problem.ts';
import {
  readChoice,
  readFields,
  readItems,
  readNumber,
  readScalar,
  readText,
} from '../../policy/yaml-fields.ts';
import { JOB_RULE_KINDS, type JobRule } from '../../sensor/jobs/job-rule.ts';
import type { RecordSensor } from '../../sensor/records/record-readers.ts';
import { readListen, readRecords } from './records-policy.ts';

export interface AgentPolicy {
  readonly dryRun: boolean;
  /** Cgroups that are no job's are acted on like jobs. */
  readonly outsideJobs: boolean;
  readonly sensors: readonly SensorName[];
  /** Where the records of other sensors come from: a path, `stdin` or `http`. */
  readonly records: Readonly<Partial<Record<RecordSensor, string>>>;
  /** Where records are sent to by HTTP: a path or an address. */
  readonly listen: string | null;
  readonly jobs: readonly JobRule[];
  readonly rules: readonly RunRule[];
}

/** The sensors that need nothing but the host itself. */
const OWN_SENSORS = ['cgroup', 'procfs', 'sockets', 'packets', 'fpu'] as const;

export const DEFAULT_AGENT_POLICY: AgentPolicy = {
  dryRun: false,
  outsideJobs: false,
  sensors: OWN_SENSORS,
  records: {},
  listen: null,
  jobs: [],
  rules: DEFAULT_RUN_RULES,
};

const RULES_MAX = 32;
const TTL_SECONDS_MAX = 86_400;
const LEVELS = ['suspected', 'mining'] as const;

export function readAgentPolicy(text: string): Result<AgentPolicy, readonly PolicyProblem[]> {
  const problems = new PolicyProblems(text);
  if (text.length > agentPolicyBytesMax) {
    problems.add('not-yaml', `at most ${agentPolicyBytesMax} characters are read`, 0);
    return fail(problems.sorted());
  }
  const parsed = parseYaml(text);
  if (!parsed.ok) return fail([parsed.error]);
  const root = parsed.value.documents[0]?.root ?? null;
  const policy = root === null ? DEFAULT_AGENT_POLICY : readPolicy(root, problems);
  return problems.none ? ok(policy) : fail(problems.sorted());
}

function readPolicy(root: YamlNode, problems: PolicyProblems): AgentPolicy {
  const fields = readFields(
    root,
    'the policy of an agent',
    {
      'dry-run': 'optional',
      'outside-jobs': 'optional',
      sensors: 'optional',
      records: 'optional',
      listen: 'optional',
      jobs: 'optional',
      rules: 'optional',
    },
    problems,
  );
  const { sensors, records, listen, jobs, rules } = fields ?? {};
  const inbox = listen === undefined ? null : readListen(listen, problems);
  return {
    dryRun: readFlag(fields?.['dry-run'], '`dry-run`', problems),
    outsideJobs: readFlag(fields?.['outside-jobs'], '`outside-jobs`', problems),
    sensors: sensors === undefined ? OWN_SENSORS : readSensors(sensors, problems),
    records: records === undefined ? {} : readRecords(records, inbox, problems),
    listen: inbox,
    jobs: jobs === undefined ? [] : readJobs(jobs, problems),
    rules: rules === undefined ? DEFAULT_RUN_RULES : readRules(rules, problems),
  };
}

function readFlag(node: YamlNode | undefined, what: string, problems: PolicyProblems): boolean {
  if (node === undefined) return false;
  return readChoice(node, what, ['true', 'false'], problems) === 'true';
}

function readSensors(node: YamlNode, problems: PolicyProblems): readonly SensorName[] {
  const items = readItems(node, '`sensors`', OWN_SENSORS.length, problems);
  return items.flatMap((item) => readChoice(item, 'a sensor', OWN_SENSORS, problems) ?? []);
}

const JOB_RULE = {
  cgroup: 'optional',
  unit: 'optional',
  namespace: 'optional',
  label: 'optional',
  job: 'required',
} as const satisfies Readonly<Record<JobRule['kind'] | 'job', 'optional' | 'required'>>;

function readJobs(node: YamlNode, problems: PolicyProblems): readonly JobRule[] {
  return readItems(node, '`jobs`', jobRulesMax, problems).flatMap((item): readonly JobRule[] => {
    const fields = readFields(item, 'a rule on jobs', JOB_RULE, problems);
    if (fields === null || fields.job === undefined) return [];
    const given = JOB_RULE_KINDS.filter((kind) => fields[kind] !== undefined);
    const [kind] = given;
    const pattern = kind === undefined ? undefined : fields[kind];
    if (kind === undefined || pattern === undefined || given.length > 1) {
      const message = `a rule on jobs has one of ${JOB_RULE_KINDS.join(', ')}`;
      problems.add('wrong-shape', message, item.start);
      return [];
    }
    const text = readText(pattern, `\`${kind}\``, 512, problems);
    const job = readText(fields.job, '`job`', 512, problems);
    return text === null || job === null ? [] : [{ kind, pattern: text.value, job: job.value }];
  });
}

function readRules(node: YamlNode, problems: PolicyProblems): readonly RunRule[] {
  return readItems(node, '`rules`', RULES_MAX, problems).flatMap((item) => {
    return readRule(item, problems) ?? [];
  });
}

function readRule(item: YamlNode, problems: PolicyProblems): RunRule | null {
  const fields = readFields(
    item,
    'a rule',
    {
      id: 'required',
      level: 'required',
      after: 'optional',
      do: 'required',
      ttl: 'required',
      'cpu-share': 'optional',
      'cpu-weight': 'optional',
      'memory-high': 'optional',
      'memory-max': 'optional',
    },
    problems,
  );
  if (fields?.id === undefined || fields.level === undefined) return null;
  if (fields.do === undefined || fields.ttl === undefined) return null;
  const id = readText(fields.id, '`id`', 64, problems);
  const level = readChoice(fields.level, '`level`', LEVELS, problems);
  const measure = readChoice(fields.do, '`do`', MEASURE_KINDS, problems);
  const ttlSeconds = readSeconds(fields.ttl, '`ttl`', problems);
  const after = fields.after;
  const afterSeconds = after === undefined ? 0 : readSeconds(after, '`after`', problems);
  if (id === null || level === null || measure === null) return null;
  const caps = readCaps(fields, problems);
  if (measure === 'cap' && Object.keys(caps).length === 0) {
    problems.add('missing-key', 'a cap needs a `cpu-…` or `memory-…` key', item.start);
  }
  return { id: id.value, level, measure, ttlSeconds, afterSeconds, caps };
}

const CAPS = {
  'cpu-share': ['cpuShare', { least: 0.01, most: 1, whole: false }],
  'cpu-weight': ['cpuWeight', { least: 1, most: 10_000, whole: true }],
  'memory-high': ['memoryHighBytes', { least: 1, most: 2 ** 50, whole: true }],
  'memory-max': ['memoryMaxBytes', { least: 1, most: 2 ** 50, whole: true }],
} as const;

function readCaps(
  fields: Readonly<Record<string, YamlNode | undefined>>,
  problems: PolicyProblems,
): Caps {
  const caps: Record<string, number> = {};
  for (const [key, [name, range]] of Object.entries(CAPS)) {
    const node = fields[key];
    const value = node === undefined ? null : readNumber(node, `\`${key}\``, range, problems);
    if (value !== null) caps[name] = value;
  }
  return caps;
}

function readSeconds(node: YamlNode, what: string, problems: PolicyProblems): number {
  const scalar = readScalar(node, what, problems);
  if (scalar === null) return 0;
  const seconds = parseDuration(scalar.value);
  if (seconds !== null && seconds <= TTL_SECONDS_MAX) return seconds;
  problems.add('wrong-value', `${what} is a duration such as 90s or 10m, at most 1d`, scalar.start);
  return 0;
}
