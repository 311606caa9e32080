import { fanOutMax, matrixRowsMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';
import {
  type Axis,
  combinations,
  type Matrix,
  matrixRows,
  type Row,
} from '../_text/matrix-rows.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { fieldsOf } from '../_yaml/fields.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** `matrix`: the combinations of its lists, or those that `include` spells out. */
export function matrixIn(nodes: readonly YamlNode[], reading: YamlReading): Matrix {
  const axes: Axis[] = [];
  const spelled: Row[] = [];
  for (const [name, values] of nodes.flatMap((node) => [...fieldsOf(node, reading)])) {
    if (name === 'include') {
      for (const item of values.flatMap((value) => [...itemsIn(value, reading)])) {
        spelled.push(environmentIn(item, reading));
      }
    } else axes.push({ name, values: values.flatMap((each) => textsIn(each, reading, 'a value')) });
  }
  if (spelled.length > matrixRowsMax) {
    reading.draft.giveUp(
      `a matrix includes more than ${matrixRowsMax} rows; the rest was not read`,
    );
  }
  const combined = spelled.length > 0 && axes.length === 0 ? [] : matrixRows(axes, reading.draft);
  const copies = (combined.length === 0 ? 0 : combinations(axes)) + spelled.length;
  return {
    rows: [...combined, ...spelled.slice(0, matrixRowsMax)],
    copies: Math.min(copies, fanOutMax),
  };
}
