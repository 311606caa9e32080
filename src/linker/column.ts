/** Numbers of one kind, one after another, in an array that grows by half when it is full. */
type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

const LENGTH_MIN = 1_024;

export class Column<T extends Numbers> {
  #numbers: T;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#numbers = make(LENGTH_MIN);
  }

  /** Numbers never set are 0. */
  get(at: number): number {
    return this.#numbers[at] ?? 0;
  }

  set(at: number, value: number): void {
    if (at >= this.#numbers.length) this.#grow(at);
    this.#numbers[at] = value;
  }

  #grow(at: number): void {
    const longer = this.#make(Math.max(at + 1, this.#numbers.length + (this.#numbers.length >> 1)));
    longer.set(this.#numbers);
    this.#numbers = longer;
  }
}

export function int32Column(): Column<Int32Array> {
  return new Column((length) => new Int32Array(length));
}

export function uint32Column(): Column<Uint32Array> {
  return new Column((length) => new Uint32Array(length));
}

export function float64Column(): Column<Float64Array> {
  return new Column((length) => new Float64Array(length));
}

export function uint8Column(): Column<Uint8Array> {
  return new Column((length) => new Uint8Array(length));
}
