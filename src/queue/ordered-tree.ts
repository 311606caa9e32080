/**
 * An ordered set that knows the rank of its members: a B+ tree (Bayer and McCreight 1972) whose
 * branches count what is below them. Members stand in leaves, at most `WIDTH_MAX` in one, and a
 * branch has as many children at most. What grows wider is cut in half; what has fewer than
 * `WIDTH_MIN` is joined with a neighbour where the two fit well into one. So of two neighbours the
 * average is at least `WIDTH_MIN` wide, and a million members are at most 8 levels deep, 5 as a
 * rule. It needs no randomness, so nobody can guess his way to a deep tree.
 *
 * The order is that of three numbers, which stand side by side in the nodes: at a million members a
 * binary tree asks twenty nodes that no cache holds, this one five.
 */
import { assert } from '../base/assert.ts';

/** Compared one after the other. No two members have the same three. */
export type OrderKey = readonly [number, number, number];

const WIDTH_MAX = 32;
const WIDTH_MIN = 8;
/** Joined nodes have room, so that they are not cut again at once. */
const JOINED_MAX = 24;

type Node<T> = Leaf<T> | Branch<T>;

export class OrderedTree<T> {
  #root: Node<T> | null = null;

  get size(): number {
    return this.#root?.size ?? 0;
  }

  first(): T | null {
    let node = this.#root;
    while (node instanceof Branch) node = node.children[0] ?? null;
    return node?.values[0] ?? null;
  }

  /** Members before this place, where none needs to be. */
  rank(place: OrderKey): number {
    return this.#root?.rank(place) ?? 0;
  }

  insert(place: OrderKey, value: T): void {
    const root = this.#root;
    if (root === null) {
      this.#root = new Leaf([...place], [value]);
      return;
    }
    const right = root.insert(place, value);
    if (right === null) return;
    const keys = [...root.keys.slice(0, 3), ...right.keys.slice(0, 3)];
    this.#root = new Branch(keys, [root, right]);
  }

  remove(place: OrderKey): void {
    const root = this.#root;
    assert(root !== null, 'only a member is removed');
    root.remove(place);
    if (root.size === 0) this.#root = null;
    else if (root instanceof Branch && root.width === 1) this.#root = root.children[0] ?? null;
  }

  /** Levels. */
  depth(): number {
    let levels = 0;
    for (let node = this.#root; node !== null; levels++) {
      node = node instanceof Branch ? (node.children[0] ?? null) : null;
    }
    return levels;
  }

  /** In order. The tree must not change meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    if (this.#root !== null) yield* this.#root;
  }
}

class Leaf<T> {
  /** Three numbers a member. */
  readonly keys: number[];
  readonly values: T[];

  constructor(keys: number[], values: T[]) {
    this.keys = keys;
    this.values = values;
  }

  get size(): number {
    return this.values.length;
  }

  get width(): number {
    return this.values.length;
  }

  rank(place: OrderKey): number {
    return countBelow(this.keys, place, 0);
  }

  /** The right half, when it had to be cut. */
  insert(place: OrderKey, value: T): Leaf<T> | null {
    const at = countBelow(this.keys, place, 0);
    assert(!isAt(this.keys, at, place), 'a member is inserted once');
    insertKey(this.keys, at, place);
    insertAt(this.values, at, value);
    if (this.width <= WIDTH_MAX) return null;
    return new Leaf(this.keys.splice(HALF * 3), this.values.splice(HALF));
  }

  remove(place: OrderKey): void {
    const at = countBelow(this.keys, place, 0);
    assert(isAt(this.keys, at, place), 'only a member is removed');
    removeKey(this.keys, at);
    removeAt(this.values, at);
  }

  /** Takes in all of the neighbour to the right. */
  join({ keys, values }: Leaf<T>): void {
    this.keys.push(...keys);
    this.values.push(...values);
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.values;
  }
}

class Branch<T> {
  /**
   * For each child three numbers that are not above its first member's; those of the first child
   * say nothing.
   */
  readonly keys: number[];
  readonly children: Node<T>[];
  /** Of the children: they need not be looked at for a rank. */
  readonly sizes: number[];
  size: number;

  constructor(keys: number[], children: Node<T>[]) {
    this.keys = keys;
    this.children = children;
    this.sizes = children.map(({ size }) => size);
    this.size = this.sizes.reduce((sum, size) => sum + size, 0);
  }

  get width(): number {
    return this.children.length;
  }

  rank(place: OrderKey): number {
    const at = this.#childFor(place);
    let rank = this.#child(at).rank(place);
    for (let i = 0; i < at; i++) rank += this.sizes[i] as number;
    return rank;
  }

  insert(place: OrderKey, value: T): Branch<T> | null {
    const at = this.#childFor(place);
    const right = this.#child(at).insert(place, value);
    this.size++;
    this.sizes[at] = this.#child(at).size;
    if (right === null) return null;
    insertKey(this.keys, at + 1, right.keys);
    insertAt(this.children, at + 1, right);
    insertAt(this.sizes, at + 1, right.size);
    if (this.width <= WIDTH_MAX) return null;
    const half = new Branch(this.keys.splice(HALF * 3), this.children.splice(HALF));
    this.sizes.length = HALF;
    this.size -= half.size;
    return half;
  }

  remove(place: OrderKey): void {
    const at = this.#childFor(place);
    const child = this.#child(at);
    child.remove(place);
    this.size--;
    this.sizes[at] = child.size;
    if (child.width >= WIDTH_MIN) return;
    if (child.size === 0) this.#forget(at);
    else if (!this.#joinWithRight(at)) this.#joinWithRight(at - 1);
  }

  /** Its first child gets the key that the neighbour has in the branch above. */
  join({ keys, children, sizes, size }: Branch<T>, key: readonly number[]): void {
    this.keys.push(...key, ...keys.slice(3));
    this.children.push(...children);
    this.sizes.push(...sizes);
    this.size += size;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const child of this.children) yield* child;
  }

  /** The last child that may hold this place. */
  #childFor(place: OrderKey): number {
    const after = countBelow(this.keys, place, 1);
    return after < this.width && isAt(this.keys, after, place) ? after : after - 1;
  }

  #child(at: number): Node<T> {
    return this.children[at] as Node<T>;
  }

  #joinWithRight(at: number): boolean {
    const [left, right] = [this.children[at], this.children[at + 1]];
    if (left === undefined || right === undefined) return false;
    if (left.width + right.width > JOINED_MAX) return false;
    const key = this.keys.slice((at + 1) * 3, (at + 2) * 3);
    // Children of one branch are of one kind.
    if (left instanceof Leaf) left.join(right as Leaf<T>);
    else left.join(right as Branch<T>, key);
    this.sizes[at] = left.size;
    this.#forget(at + 1);
    return true;
  }

  #forget(at: number): void {
    removeKey(this.keys, at);
    removeAt(this.children, at);
    removeAt(this.sizes, at);
  }
}

const HALF = (WIDTH_MAX + 1) >> 1;

/** How many keys stand before the place, of which the first `from` are known to. */
function countBelow(keys: readonly number[], place: OrderKey, from: number): number {
  let low = from;
  let high = keys.length / 3;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(keys, middle, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAt(keys: readonly number[], at: number, place: OrderKey): boolean {
  return at * 3 < keys.length && compare(keys, at, place) === 0;
}

function compare(keys: readonly number[], at: number, place: OrderKey): number {
  const i = at * 3;
  return (
    (keys[i] as number) - place[0] ||
    (keys[i + 1] as number) - place[1] ||
    (keys[i + 2] as number) - place[2]
  );
}

/** By hand: `splice` makes an array of what it takes out, and to set `length` costs a call. */
function insertKey(keys: number[], at: number, key: ArrayLike<number>): void {
  const end = keys.length;
  keys.push(0, 0, 0);
  for (let i = end - 1; i >= at * 3; i--) keys[i + 3] = keys[i] as number;
  for (let i = 0; i < 3; i++) keys[at * 3 + i] = key[i] as number;
}

function removeKey(keys: number[], at: number): void {
  for (let i = at * 3 + 3; i < keys.length; i++) keys[i - 3] = keys[i] as number;
  for (let i = 0; i < 3; i++) keys.pop();
}

function insertAt<Item>(items: Item[], at: number, item: Item): void {
  items.push(item);
  for (let i = items.length - 1; i > at; i--) items[i] = items[i - 1] as Item;
  items[at] = item;
}

function removeAt(items: unknown[], at: number): void {
  for (let i = at + 1; i < items.length; i++) items[i - 1] = items[i];
  items.pop();
}
