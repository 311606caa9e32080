/**
 * Reads Woodpecker's workflows. A workflow is a job, because its steps share one folder. Woodpecker
 * fills a row of the matrix into the whole file before it reads it, so all is read for each row.
 */
import type { YamlNode } from '../../base/yaml.ts';
import type { Command, Dialect, DialectReader } from '../../model/job-definition.ts';
import { ContainerPipeline, forShell } from '../_container/container-pipeline.ts';
import { matrixIn } from '../_container/matrix.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { jobDraft } from '../_text/job-draft.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'woodpecker';

export const woodpeckerReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (name === '.woodpecker.yml' || name === '.woodpecker.yaml') return true;
    return isYamlName(name) && `/${path}`.endsWith(`/.woodpecker/${name}`);
  },
  read(path, text) {
    const fill = (roots: readonly YamlNode[], reading: YamlReading): void => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      if (isForeign(root, (key) => KEYS.has(key), 'a workflow', reading)) return;
      if (root.size > 0) readWorkflow(root, new ContainerPipeline(reading), reading);
    };
    return readYaml(DIALECT, path, text, fill, 'map', forShell);
  },
};

/** `pipeline` is what `steps` was called before 2.0. */
const CONTAINERS = ['clone', 'services', 'steps', 'pipeline'] as const;

const KEYS: ReadonlySet<string> = new Set<string>([...CONTAINERS, 'matrix', 'variables']);

function readWorkflow(root: Fields, pipeline: ContainerPipeline, reading: YamlReading): void {
  const job = jobDraft('');
  for (const label of valuesIn(root, 'labels').flatMap((node) => environmentIn(node, reading))) {
    job.machine.push(`${label.name}=${label.value.text}`);
  }
  for (const node of valuesIn(root, 'platform')) {
    for (const { text } of textsIn(node, reading, 'a platform')) job.machine.push(text);
  }
  const containers: readonly YamlNode[] = CONTAINERS.flatMap((key) => valuesIn(root, key));
  const matrix = matrixIn(valuesIn(root, 'matrix'), reading);
  pipeline.read(containers, shellOf(job.machine), matrix, job);
  reading.draft.jobs.push(job);
}

/** Windows machines run PowerShell. */
function shellOf(machine: readonly string[]): Command['shell'] {
  return machine.some((label) => label.includes('windows/')) ? 'powershell' : 'sh';
}
