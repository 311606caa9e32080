/** How often, how long and on what an object runs: copies, schedules, time and machine. */
import { fanOutMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { JobDraft } from '../_text/job-draft.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** The largest numbers that an object states, each kind of copies for itself. */
export class Shape {
  /** Pods of a workload; the most that its autoscaler starts. */
  replicas = 1;
  /** Pods of a Job that run at one time. */
  parallelism = 1;
  /** Rounds of a step over items, or the product of a matrix. */
  items = 1;
  timeoutSeconds: number | null = null;
  readonly schedules = new Set<string>();
  readonly machine = new Set<string>();

  apply(job: JobDraft): void {
    job.fanOut = Math.min(this.replicas * this.parallelism * this.items, fanOutMax);
    job.timeoutSeconds = this.timeoutSeconds;
    job.schedules = [...this.schedules];
    job.machine.push(...[...this.machine].slice(0, MACHINE_MAX));
  }
}

/** Machine words kept of one object; a pod has a handful. */
const MACHINE_MAX = 200;
const SCHEDULES_MAX = 200;

const REPLICA_KEYS = ['replicas', 'maxReplicas', 'maxReplicaCount', 'maxReplicaNumber'] as const;

/** Takes up what one map of the object states. */
export function readShape(fields: Fields, group: string, shape: Shape, reading: YamlReading): void {
  const numbers = (...keys: readonly [string, ...string[]]): readonly number[] =>
    valuesIn(fields, ...keys).flatMap(countOf);
  shape.replicas = Math.max(shape.replicas, ...numbers(...REPLICA_KEYS).slice(0, 100));
  // Argo's `parallelism` only limits; a Job runs no more pods than it has completions left.
  if (group !== 'argoproj.io') {
    const [most = 1] = numbers('parallelism');
    const [completions = most] = numbers('completions');
    shape.parallelism = Math.max(shape.parallelism, Math.min(most, completions));
  }
  shape.items = Math.max(shape.items, roundsOf(fields, reading));
  for (const seconds of numbers('activeDeadlineSeconds')) {
    shape.timeoutSeconds = Math.min(shape.timeoutSeconds ?? seconds, seconds);
  }
  for (const node of valuesIn(fields, 'schedule', 'schedules')) {
    if (node.kind === 'map' || shape.schedules.size >= SCHEDULES_MAX) continue;
    for (const { text } of textsIn(node, reading, 'a schedule')) shape.schedules.add(text);
  }
  readMachine(fields, shape, reading);
}

/** `withItems`, `withSequence` of Argo; `matrix` of Tekton. */
function roundsOf(fields: Fields, reading: YamlReading): number {
  let rounds = 1;
  for (const node of valuesIn(fields, 'withItems')) {
    if (node.kind === 'sequence') rounds *= Math.max(1, node.items.length);
  }
  for (const node of valuesAt(valuesIn(fields, 'withSequence'), ['count'], reading)) {
    rounds *= countOf(node)[0] ?? 1;
  }
  for (const node of valuesAt(valuesIn(fields, 'matrix'), ['params', 'value'], reading)) {
    if (node.kind === 'sequence') rounds *= Math.max(1, node.items.length);
  }
  return Math.min(rounds, fanOutMax);
}

function readMachine(fields: Fields, shape: Shape, reading: YamlReading): void {
  const resources = valuesIn(fields, 'resources').map((node) => fieldsOf(node, reading));
  const limits = resources.flatMap((resource) => valuesIn(resource, 'limits', 'requests'));
  for (const node of [...limits, ...valuesIn(fields, 'nodeSelector')]) {
    for (const [name, values] of fieldsOf(node, reading)) {
      for (const value of values) {
        const text = textOf(value);
        if (text !== undefined && shape.machine.size < MACHINE_MAX) {
          shape.machine.add(`${name}=${text}`.slice(0, WORD_LENGTH_MAX));
        }
      }
    }
  }
  for (const node of valuesIn(fields, 'runtimeClassName', 'nodeName')) {
    const text = textOf(node);
    if (text !== undefined && text !== '') shape.machine.add(text.slice(0, WORD_LENGTH_MAX));
  }
}

const WORD_LENGTH_MAX = 200;

/** A whole number from 1 on, written as one. */
function countOf(node: YamlNode): readonly number[] {
  const count = Number(textOf(node) || Number.NaN);
  return Number.isSafeInteger(count) && count > 0 ? [Math.min(count, fanOutMax)] : [];
}
