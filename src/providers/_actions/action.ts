import type { YamlNode } from '../../base/yaml.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { addContainerCommand, namesImage, withoutDocker } from './container.ts';
import { environmentOf } from './environment.ts';
import { inputDefaults } from './inputs.ts';
import { addSteps } from './steps.ts';

/** Reads the `runs` of an `action.yml`: composite steps, a container, or a program of Node. */
export function readAction(node: YamlNode, root: Fields, reading: YamlReading): void {
  if (node.kind !== 'map') {
    reading.sayMisfit(node, '`runs`');
    return;
  }
  const fields = fieldsOf(node, reading);
  const job = jobDraft('runs');
  addAll(job.environment, inputDefaults(root, reading));
  for (const key of ['pre-entrypoint', 'post-entrypoint']) {
    const source = commandLineOf(valuesIn(fields, key), reading);
    if (source !== null) reading.draft.addCommand(job, source, 'sh');
  }
  readImage(fields, job, reading);
  addContainerCommand(fields, job, reading);
  for (const env of valuesIn(fields, 'env')) {
    addAll(job.environment, environmentOf(env, job.environment, reading));
  }
  for (const program of valuesIn(fields, 'pre', 'main', 'post')) {
    addAll(job.filesRun, textsIn(program, reading, 'the path of a program'));
  }
  addSteps(valuesIn(fields, 'steps'), { shell: 'bash', folder: null }, job, reading);
  reading.draft.jobs.push(job);
}

/** An image without `docker://` is the path of a Dockerfile. */
function readImage(fields: Fields, job: JobDraft, reading: YamlReading): void {
  for (const node of valuesIn(fields, 'image')) {
    for (const image of textsIn(node, reading, 'an image')) {
      if (namesImage(image)) job.images.push(withoutDocker(image));
      else job.filesRun.push({ ...image, dialect: 'dockerfile' });
    }
  }
}
