import type { Variable } from '../../model/job-definition.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** Defaults of the inputs of an action or a workflow: `${{ inputs.x }}` is theirs. */
export function inputDefaults(fields: Fields, reading: YamlReading): readonly Variable[] {
  return valuesIn(fields, 'inputs').flatMap((inputs) =>
    [...fieldsOf(inputs, reading)].flatMap(([name, nodes]) =>
      nodes
        .flatMap((node) => valuesIn(fieldsOf(node, reading), 'default'))
        .flatMap((node) => textsIn(node, reading, 'a default'))
        .map((value) => ({ name: `inputs.${name}`, value })),
    ),
  );
}
