import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '../base/assert.ts';
import { Prng } from '../base/prng.ts';
import { OnWay } from './on-way.ts';

interface One {
  readonly number: number;
}

test('it holds what a map holds, in whatever order they leave', () => {
  const prng = new Prng(7);
  const onWay = new OnWay<One>(8);
  const map = new Map<number, One>();
  const given = new Set<number>();
  for (let round = 0; round < 20_000; round++) {
    if (map.size < 8 && prng.below(2) === 0) {
      const one = { number: onWay.nextNumber() };
      assert.ok(!given.has(one.number), 'no number is given twice');
      given.add(one.number);
      onWay.add(one);
      map.set(one.number, one);
    } else if (map.size > 0) {
      const number = [...map.keys()][prng.below(map.size)] ?? 0;
      assert.equal(onWay.get(number), map.get(number));
      onWay.delete(number);
      map.delete(number);
    }
    assert.equal(onWay.size, map.size);
    const asked = prng.below(given.size + 2);
    assert.equal(onWay.get(asked), map.get(asked));
  }
});

test('one that stays is in nobody’s way', () => {
  const onWay = new OnWay<One>(2);
  const stays = { number: onWay.nextNumber() };
  onWay.add(stays);
  for (let i = 0; i < 100; i++) {
    const goes = { number: onWay.nextNumber() };
    onWay.add(goes);
    onWay.delete(goes.number);
    assert.equal(onWay.get(goes.number), undefined);
  }
  assert.equal(onWay.get(stays.number), stays);
  assert.equal(onWay.size, 1);
});

test('one cannot leave twice', () => {
  const onWay = new OnWay<One>(2);
  const one = { number: onWay.nextNumber() };
  onWay.add(one);
  onWay.delete(one.number);
  assert.throws(() => onWay.delete(one.number), AssertionError);
});
