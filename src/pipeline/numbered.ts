/**
 * Values that go from one thread to another again and again, numbered by both in the same way: each
 * is sent once, and after that its number stands for it. Both ends add what is sent, in the order
 * in which it is sent, and begin anew at the same one, once as many or as much as may be are known.
 */
import { assert } from '../base/assert.ts';
import { numberedLengthMax, numberedValuesMax } from '../base/limits.ts';

export class Numbered<T> {
  readonly #valuesMax: number;
  readonly #lengthMax: number;
  readonly #numbers = new Map<T, number>();
  readonly #values: T[] = [];
  #length = 0;

  constructor(valuesMax = numberedValuesMax, lengthMax = numberedLengthMax) {
    this.#valuesMax = valuesMax;
    this.#lengthMax = lengthMax;
  }

  add(value: T, length: number): T {
    this.#length += length;
    if (this.#values.length >= this.#valuesMax || this.#length > this.#lengthMax) {
      this.#numbers.clear();
      this.#values.length = 0;
      this.#length = length;
    }
    this.#numbers.set(value, this.#values.length);
    this.#values.push(value);
    return value;
  }

  /** Of the very value, not of one like it; undefined when it has to be sent. */
  numberOf(value: T): number | undefined {
    return this.#numbers.get(value);
  }

  /** A number is only sent for what was sent before. */
  valueOf(number: number): T {
    assert(number < this.#values.length, 'a value is sent before its number');
    return this.#values[number] as T;
  }
}
