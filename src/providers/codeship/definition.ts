/** Reads CodeShip Pro: `codeship-services.yml` and `codeship-steps.yml`. */
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { fieldsOf, joinFields } from '../_yaml/fields.ts';
import { readYaml } from '../_yaml/yaml-reading.ts';
import { readServices } from './services.ts';
import { readSteps } from './steps.ts';

const DIALECT: Dialect = 'codeship';
const SERVICES = 'codeship-services';
const STEPS = 'codeship-steps';
const ENDINGS = ['.yml', '.yaml', '.json'] as const;

export const codeshipReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    return ENDINGS.some((ending) => name === SERVICES + ending || name === STEPS + ending);
  },
  read(path, text) {
    // A step may stand in no file of services, and a file sent under another name may be either.
    const hasSteps = !baseNameOf(path).startsWith(SERVICES);
    return readYaml(
      DIALECT,
      path,
      text,
      (roots, reading) => {
        const lists = roots.filter(({ kind }) => kind === 'sequence');
        const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
        if (hasSteps && (lists.length > 0 || root.has('steps') || root.has('command'))) {
          readSteps(roots, reading);
        } else if (root.size > 0) readServices(root, reading);
        else for (const list of lists) reading.sayMisfit(list, 'the map of services');
      },
      'map-or-sequence',
    );
  },
};
