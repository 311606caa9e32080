/** Reads GitHub Actions: workflows and composite, container or Node actions. */
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { readAction } from '../_actions/action.ts';
import { readWorkflow } from '../_actions/workflow.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { readYaml } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'github';

export const githubReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (name === 'action.yml' || name === 'action.yaml') return true;
    const folder = path.slice(0, path.length - name.length);
    return isYamlName(name) && `/${folder}`.endsWith('/.github/workflows/');
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      if (isForeign(root, (key) => KEYS.has(key), 'a workflow or an action', reading)) return;
      readWorkflow(root, reading);
      for (const runs of valuesIn(root, 'runs')) readAction(runs, root, reading);
    });
  },
};

const KEYS: ReadonlySet<string> = new Set(['jobs', 'runs']);
