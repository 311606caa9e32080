/**
 * `matrix` of a step: a list of values for `{{matrix}}`, or `setup` with lists by name for
 * `{{matrix.name}}` and `adjustments`, which may add combinations.
 */
import { fanOutMax, matrixRowsMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import {
  type Axis,
  combinations,
  type Matrix,
  matrixRows,
  type Row,
} from '../_text/matrix-rows.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const NAME = 'matrix';
const PREFIX = 'matrix.';

export function matrixIn(nodes: readonly YamlNode[], reading: YamlReading): Matrix {
  const axes: Axis[] = [];
  const added: Row[] = [];
  for (const node of nodes) {
    const fields = fieldsOf(node, reading);
    const setups = node.kind === 'map' ? valuesIn(fields, 'setup') : [node];
    for (const setup of setups) axes.push(...axesIn(setup, reading));
    for (const item of valuesIn(fields, 'adjustments').flatMap((each) => [
      ...itemsIn(each, reading),
    ])) {
      const given = valuesIn(fieldsOf(item, reading), 'with');
      added.push(given.flatMap((each) => adjustmentIn(each, reading)));
    }
  }
  if (added.length > matrixRowsMax) {
    reading.draft.giveUp(
      `a matrix has more than ${matrixRowsMax} adjustments; the rest was not read`,
    );
  }
  // An adjustment of a combination that is there already starts nothing, but that is not looked up:
  // the number is never too small.
  return {
    rows: [...matrixRows(axes, reading.draft), ...added.slice(0, matrixRowsMax)],
    copies: Math.min(combinations(axes) + added.length, fanOutMax),
  };
}

function axesIn(setup: YamlNode, reading: YamlReading): readonly Axis[] {
  if (setup.kind !== 'map') return [{ name: NAME, values: textsIn(setup, reading, 'a value') }];
  return [...fieldsOf(setup, reading)].map(([name, nodes]) => ({
    name: PREFIX + name,
    values: nodes.flatMap((node) => textsIn(node, reading, 'a value')),
  }));
}

function adjustmentIn(node: YamlNode, reading: YamlReading): readonly Variable[] {
  if (node.kind === 'map') return environmentIn(node, reading, PREFIX);
  return textsIn(node, reading, 'a value').map((value) => ({ name: NAME, value }));
}
