/** Reads `.gitpod.yml`: each task is a job; what it runs one after another shares a terminal. */

import { jobNameLengthMax } from '../../base/limits.ts';
import { textOf } from '../../base/yaml.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { scriptIn } from '../_yaml/script.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'gitpod';

export const gitpodReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    return name === '.gitpod.yml' || name === '.gitpod.yaml';
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      if (isForeign(root, (key) => KEYS.has(key), 'a workspace of Gitpod', reading)) return;
      const workspace = jobDraft('');
      readWorkspace(root, workspace, reading);
      reading.draft.jobs.push(workspace);
      for (const tasks of valuesIn(root, 'tasks')) {
        for (const task of itemsIn(tasks, reading)) {
          if (task.kind === 'map') readTask(fieldsOf(task, reading), reading);
          else reading.sayMisfit(task, 'a task');
        }
      }
    });
  },
};

const KEYS: ReadonlySet<string> = new Set([
  ...['additionalRepositories', 'checkoutLocation', 'coreDump', 'experimentalNetwork', 'gitConfig'],
  ...['github', 'image', 'jetbrains', 'mainConfiguration', 'ports', 'tasks', 'vscode'],
  ...['workspaceLocation'],
]);

function readWorkspace(root: Fields, job: JobDraft, reading: YamlReading): void {
  for (const image of valuesIn(root, 'image')) {
    if (image.kind === 'map') {
      for (const file of valuesAt([image], ['file'], reading)) {
        addAll(job.filesRun, filesRunAs(textsIn(file, reading, 'a Dockerfile'), 'dockerfile'));
      }
    } else addAll(job.images, textsIn(image, reading, 'an image'));
  }
  const repositories = valuesIn(root, 'additionalRepositories');
  for (const url of valuesAt(repositories, ['url'], reading)) {
    addAll(job.remoteCode, textsIn(url, reading, 'a repository'));
  }
}

const PHASES = ['before', 'init', 'prebuild', 'command'] as const;

function readTask(fields: Fields, reading: YamlReading): void {
  const name = textOf(valuesIn(fields, 'name').at(-1)) ?? '';
  const job = jobDraft(printable(name, jobNameLengthMax));
  for (const env of valuesIn(fields, 'env')) addAll(job.environment, environmentIn(env, reading));
  const script = scriptIn(valuesIn(fields, ...PHASES), reading);
  if (script !== null) reading.draft.addCommand(job, script, 'sh');
  reading.draft.jobs.push(job);
}
