/** Reads the workflows of Forgejo Actions and Gitea Actions, whose grammar is GitHub's. */
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { readWorkflow } from '../_actions/workflow.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { fieldsOf, joinFields } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { readYaml } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'forgejo';

export const forgejoReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    const folder = `/${path.slice(0, path.length - name.length)}`;
    return isYamlName(name) && FOLDERS.some((each) => folder.endsWith(each));
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      if (!isForeign(root, (key) => key === 'jobs', 'a workflow', reading)) {
        readWorkflow(root, reading);
      }
    });
  },
};

const FOLDERS = ['/.forgejo/workflows/', '/.gitea/workflows/'] as const;
