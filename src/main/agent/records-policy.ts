/** The part of an agent's policy that says where other sensors' records come from. */
import type { YamlNode } from '../../base/yaml.ts';
import type { PolicyProblems } from '../../policy/policy-problem.ts';
import { readFields, readText } from '../../policy/yaml-fields.ts';
import type { RecordSensor } from '../../sensor/records/record-readers.ts';

const WHERE_LENGTH_MAX = 512;

const SHAPE = {
  falco: 'optional',
  tetragon: 'optional',
  eve: 'optional',
  zeek: 'optional',
} as const satisfies Readonly<Record<RecordSensor, 'optional'>>;

/** A path, or an address of IPv4, IPv6 in brackets or a name, with a port. */
const LISTEN = /^(?:\/.{1,100}|(?:[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\]):\d{1,5})$/i;

export function readListen(node: YamlNode, problems: PolicyProblems): string | null {
  const text = readText(node, '`listen`', WHERE_LENGTH_MAX, problems);
  if (text === null || LISTEN.test(text.value)) return text?.value ?? null;
  problems.add('wrong-value', '`listen` is an absolute path or `host:port`', node.start);
  return null;
}

export function readRecords(
  node: YamlNode,
  listen: string | null,
  problems: PolicyProblems,
): Readonly<Partial<Record<RecordSensor, string>>> {
  const fields = readFields(node, '`records`', SHAPE, problems) ?? {};
  const records: Partial<Record<RecordSensor, string>> = {};
  for (const sensor of Object.keys(SHAPE) as RecordSensor[]) {
    const value = fields[sensor];
    const where = value && readText(value, `\`${sensor}\``, WHERE_LENGTH_MAX, problems);
    if (value === undefined || !where) continue;
    const problem = problemOf(where.value, listen, Object.values(records));
    if (problem === null) records[sensor] = where.value;
    else problems.add('wrong-value', problem, value.start);
  }
  return records;
}

function problemOf(where: string, listen: string | null, others: readonly string[]): string | null {
  if (where === 'http') return listen === null ? 'records by `http` need a `listen`' : null;
  if (where === 'stdin') {
    return others.includes('stdin') ? 'only one sensor can write to the standard input' : null;
  }
  if (where.startsWith('/')) return null;
  return 'records come from an absolute path, `stdin` or `http`';
}
