/**
 * Zeek's own format: lines of values with a separator, and lines with `#` that describe them.
 * `#separator` as `\x09`, `#set_separator`, `#empty_field`, `#unset_field`, `#fields`, `#types`. A
 * file that is rotated into another begins anew. Rows become the records that JSON would have been.
 */
import type { Json, JsonObject } from '../../base/json.ts';
import { zeekColumnsMax } from '../../base/sensor-limits.ts';

const NUMBERS: ReadonlySet<string> = new Set([
  'time',
  'interval',
  'double',
  'count',
  'int',
  'port',
]);

export class ZeekTable {
  #separator = '\t';
  #setSeparator = ',';
  #empty = '(empty)';
  #unset = '-';
  #fields: readonly string[] = [];
  #types: readonly string[] = [];

  /** A row as a record; `described` for a line that describes; null for what is neither. */
  read(line: string): JsonObject | 'described' | null {
    if (line.startsWith('#')) {
      this.#describe(line);
      return 'described';
    }
    const values = line.split(this.#separator, zeekColumnsMax + 1);
    if (this.#fields.length === 0 || values.length !== this.#fields.length) return null;
    const entries = this.#fields.flatMap((name, i): [string, Json][] => {
      const value = values[i] ?? '';
      return value === this.#unset ? [] : [[name, this.#valueOf(value, this.#types[i] ?? '')]];
    });
    return Object.fromEntries(entries);
  }

  #describe(line: string): void {
    if (line.startsWith('#separator ')) {
      this.#separator = unescaped(line.slice('#separator '.length)) || '\t';
      return;
    }
    const [name = '', ...values] = line.split(this.#separator, zeekColumnsMax + 1);
    const [first = ''] = values;
    if (name === '#set_separator') this.#setSeparator = first || ',';
    else if (name === '#empty_field') this.#empty = first;
    else if (name === '#unset_field') this.#unset = first;
    else if (name === '#fields') this.#fields = values;
    else if (name === '#types') this.#types = values;
  }

  #valueOf(value: string, type: string): Json {
    const isList = type.startsWith('vector[') || type.startsWith('set[');
    if (isList) return value === this.#empty ? [] : value.split(this.#setSeparator, 256);
    if (value === this.#empty) return '';
    if (type === 'bool') return value === 'T';
    const number = NUMBERS.has(type) ? Number(value) : Number.NaN;
    return Number.isFinite(number) ? number : value;
  }
}

/** `\x09` is a tab. */
function unescaped(text: string): string {
  const match = /^\\x([0-9a-f]{2})$/i.exec(text.trim());
  return match === null ? text : String.fromCharCode(Number.parseInt(match[1] ?? '', 16));
}
