import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../../base/prng.ts';
import { BASE58_ALPHABET } from './base58.ts';
import { encodePlainBech32 } from './bech32.ts';
import { encodeCryptonote } from './cryptonote.ts';
import { payoutAt, payoutsIn } from './payout.ts';
import { TEST_COINS, testAddress, testAddressForms } from './test-addresses.ts';

const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Every form of every coin, for a few seeds. */
const addresses = TEST_COINS.flatMap((coin) =>
  SEEDS.flatMap((seed) => testAddressForms(coin, seed).map((address) => ({ coin, address }))),
);

test('every format of every coin is found, alone and in a text', () => {
  for (const { coin, address } of addresses) {
    assert.equal(payoutAt(address)?.coin, coin, address);
    const text = `xmrig -o pool.example.com:3333 -u "${address}.worker" -p x`;
    const start = text.indexOf(address);
    const expected = { kind: 'address', coin, address, start, end: start + address.length };
    assert.deepEqual(payoutsIn(text), [expected]);
  }
});

test('the shapes that readers know by sight come out of the generator', () => {
  const shapes: readonly (readonly [string, number, string, number])[] = [
    ['monero', 0, '4', 95],
    ['monero', 1, '4', 106],
    ['monero', 2, '8', 95],
    ['zephyr', 0, 'ZEPH', 101],
    ['scala', 0, 'Ss', 98],
    ['turtlecoin', 0, 'TRTL', 99],
    ['turtlecoin', 1, 'TRTL', 187],
    ['oxen', 0, 'L', 95],
    ['wownero', 0, 'Wo', 97],
    ['dogecoin', 0, 'D', 34],
    ['base58-R', 0, 'R', 34],
    ['kaspa', 0, 'kaspa:q', 67],
    ['nano', 0, 'nano_', 65],
    ['ethereum', 0, '0x', 42],
    ['dero', 0, 'dero1qy', 66],
    ['conflux', 0, 'cfx:a', 46],
    ['xelis', 0, 'xel:', 63],
    ['zcash', 0, 't1', 35],
    ['zcash', 1, 't3', 35],
    ['horizen', 0, 'zn', 35],
  ];
  for (const [coin, form, start, length] of shapes) {
    const address = testAddressForms(coin, 1)[form] as string;
    assert.ok(address.startsWith(start), address);
    assert.equal(address.length, length, address);
  }
});

test('one changed character is never accepted', () => {
  const prng = new Prng(7);
  for (const { coin, address } of addresses) {
    for (let i = 0; i < address.length; i++) {
      const from = address[i] as string;
      const to = BASE58_ALPHABET[prng.below(58)] as string;
      if (to === from) continue;
      const changed = address.slice(0, i) + to + address.slice(i + 1);
      const found = payoutAt(changed);
      assert.equal(found, null, `${coin} ${changed} for ${address}`);
    }
  }
});

test('a missing, added or doubled character is never accepted', () => {
  for (const { address } of addresses) {
    assert.equal(payoutAt(address.slice(0, -1)), null);
    assert.equal(payoutAt(`${address}q`), null);
    assert.equal(payoutAt(`${address}${address}`), null);
    assert.equal(payoutAt(` ${address}`), null);
  }
});

test('an address is found glued to a flag, an escape or a percent code', () => {
  const address = testAddress('monero', 11);
  for (const before of ['-u', '\\n', '%3A', 'user=', '"', 'x.', 'monero:', '/']) {
    const found = payoutsIn(`${before}${address}`);
    assert.deepEqual(
      found.map((p) => [p.address, p.start]),
      [[address, before.length]],
      before,
    );
  }
});

test('several addresses in one text are found in order, at any distance', () => {
  const words = TEST_COINS.map((coin) => testAddress(coin, 5));
  for (const gap of [
    ' ',
    '.',
    '\n\n',
    ` ${'a'.repeat(25)} `,
    ` ${'a'.repeat(26)} `,
    '-'.repeat(60),
  ]) {
    const found = payoutsIn(words.join(gap));
    assert.deepEqual(
      found.map((p) => p.address),
      words,
    );
  }
});

test('an Ethereum address in one case is no payout', () => {
  const address = testAddress('ethereum', 1);
  assert.equal(payoutAt(address.toLowerCase()), null);
  assert.equal(payoutAt(`0x${address.slice(2).toUpperCase()}`), null);
  assert.equal(payoutAt(`0x${'1234567890'.repeat(4)}`), null);
});

test('a Xelis address may carry data, and a Dero address has one version', () => {
  const prng = new Prng(3);
  assert.equal(payoutAt(encodePlainBech32('xel', prng.bytes(120)))?.coin, 'xelis');
  assert.equal(payoutAt(encodePlainBech32('xel', prng.bytes(161))), null);
  const payload = prng.bytes(34);
  payload[0] = 3;
  assert.equal(payoutAt(encodePlainBech32('dero', payload)), null);
});

test('an address of an unlisted CryptoNote coin is one by its checksum and its keys', () => {
  const prng = new Prng(4);
  for (const prefix of [1, 200, 29_449, 2 ** 40]) {
    assert.equal(payoutAt(encodeCryptonote(prefix, prng.bytes(64)))?.coin, 'cryptonote');
    assert.equal(payoutAt(encodeCryptonote(prefix, prng.bytes(72)))?.coin, 'cryptonote');
    assert.equal(payoutAt(encodeCryptonote(prefix, prng.bytes(66))), null);
  }
});

test('a segregated-witness address may be in capitals but not in both cases', () => {
  const address = testAddress('sugarchain', 1);
  assert.equal(payoutAt(address.toUpperCase())?.coin, 'sugarchain');
  assert.equal(payoutAt(`S${address.slice(1)}`), null);
});

test('hashes, digests, tokens and identifiers are innocent', () => {
  const prng = new Prng(42);
  const hex = (bytes: number) => Buffer.from(prng.bytes(bytes)).toString('hex');
  const base64 = (bytes: number) => Buffer.from(prng.bytes(bytes)).toString('base64');
  const base58 = (length: number) =>
    Array.from({ length }, () => prng.pick([...BASE58_ALPHABET])).join('');
  const makers: readonly (() => string)[] = [
    () => `actions/checkout@${hex(20)}`,
    () => `image@sha256:${hex(32)}`,
    () => `0x${hex(20)}`,
    () => `0x${hex(20).toUpperCase()}`,
    () => `"integrity": "sha512-${base64(64)}"`,
    () => `${base64(20)}.${base64(120)}.${base64(32)}`.replaceAll('+', '-').replaceAll('/', '_'),
    () => base64(prng.below(400)),
    () => `ghp_${base58(36)}`,
    () => `${hex(4)}-${hex(2)}-${hex(2)}-${hex(2)}-${hex(6)}`,
    () => `Qm${base58(44)}`,
    ...[...'13DLMXTRY'].map((first) => () => first + base58(33)),
    ...[...'48'].map((first) => () => first + base58(94)),
    () => `bc1q${hex(19)}`,
    () => `nano_1${base58(59).toLowerCase()}`,
  ];
  for (let i = 0; i < 400; i++) {
    for (const make of makers) {
      const text = make();
      assert.deepEqual(payoutsIn(text), [], text);
    }
  }
});

test('whatever stands around an address, it is found where it is', () => {
  const separators = fc.string({ unit: fc.constantFrom(' ', '.', '"', '\n', '=', 'é', '_', '@') });
  fc.assert(
    fc.property(
      fc.string(),
      separators,
      fc.constantFrom(...addresses),
      separators,
      fc.string(),
      (head, left, { coin, address }, right, tail) => {
        const text = `${head} ${left}${address}${right} ${tail}`;
        const found = payoutsIn(text).filter((p) => p.address === address);
        assert.equal(found.length, 1);
        assert.equal(found[0]?.coin, coin);
        assert.equal(text.slice(found[0]?.start, found[0]?.end), address);
      },
    ),
    { numRuns: fuzzRuns },
  );
});

test('arbitrary text never throws and every payout is its own address', () => {
  const unit = fc.constantFrom(
    '1',
    '4',
    '8',
    'q',
    'b',
    'c',
    '0',
    'x',
    'D',
    'Z',
    '_',
    ':',
    '-',
    '%',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 600 }), (text) => {
      for (const payout of payoutsIn(text)) {
        assert.equal(payoutAt(payout.address)?.coin, payout.coin);
      }
    }),
    { numRuns: fuzzRuns },
  );
});

test('a megabyte of anything takes time in proportion', () => {
  const invalid = `${testAddress('monero', 1).slice(0, -2)}11`;
  for (const unit of ['a', '4', '1', `${invalid} `, `-${invalid}`, 'bc1q ', 'kaspa:', '0x']) {
    const text = unit.repeat(Math.ceil(1e6 / unit.length));
    const startedMs = performance.now();
    assert.deepEqual(payoutsIn(text), []);
    assert.ok(performance.now() - startedMs < 1_000, unit);
  }
});
