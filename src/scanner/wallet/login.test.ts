import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isEmailLogin, parseLogin, parsePassword, workerOfUnknown } from './login.ts';
import { TEST_COINS, testAddress } from './test-addresses.ts';

const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const monero = testAddress('monero', 3);
const doge = testAddress('dogecoin', 3);
const hex16 = '0123456789abcdef';

/** What a test compares: coin, address, worker, referral. */
function read(word: string): readonly (string | undefined)[] | null {
  const login = parseLogin(word);
  return login && [login.coin, login.payout?.address, login.worker, login.referral];
}

test('the forms of a login', () => {
  const cases: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    [monero, ['monero', monero, '', '']],
    [`${monero}.rig-1`, ['monero', monero, 'rig-1', '']],
    [`${monero}/rig1`, ['monero', monero, 'rig1', '']],
    [`${monero}+20000`, ['monero', monero, '', '']],
    [`${monero}+20000.rig`, ['monero', monero, 'rig', '']],
    [`${monero}.${hex16}`, ['monero', monero, '', '']],
    [`${monero}.${hex16.repeat(4)}.rig`, ['monero', monero, 'rig', '']],
    [`${monero}.rig+5000`, ['monero', monero, 'rig', '']],
    [`DOGE:${doge}.ultra_0a1b2c3d#abcd-efgh`, ['DOGE', doge, 'ultra_0a1b2c3d', 'abcd-efgh']],
    [`doge:${doge}`, ['DOGE', doge, '', '']],
    [`${doge}#ref`, ['dogecoin', doge, '', 'ref']],
    [`stratum+tcp://${doge}.w@pool.example.com:3333`, ['dogecoin', doge, 'w', '']],
    [`stratum+tcp://DOGE:${doge}.w#r@pool.example.com:3333`, ['DOGE', doge, 'w', 'r']],
    [`stratum+ssl://${doge}:x@pool.example.com:3333`, ['dogecoin', doge, '', '']],
    [`XYZ:${monero}.w`, ['XYZ', monero, 'w', '']],
  ];
  for (const [word, expected] of cases) assert.deepEqual(read(word), expected, word);
});

test('every coin can be a login', () => {
  for (const coin of TEST_COINS) {
    const address = testAddress(coin, 9);
    assert.deepEqual(read(`${address}.w1`), [coin, address, 'w1', '']);
  }
});

test('a known tag stands for an address that has no checksum', () => {
  assert.deepEqual(read(`XRP:r${'9aB'.repeat(10)}.w#ref`), ['XRP', undefined, 'w', 'ref']);
  assert.deepEqual(read(`SHIB:0x${'a1'.repeat(20)}`), ['SHIB', undefined, '', '']);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell variable.
  assert.deepEqual(read('DOGE:${WALLET}.rig'), ['DOGE', undefined, 'rig', '']);
});

test('a password names the coin that is paid out, and perhaps a worker', () => {
  assert.deepEqual(parsePassword('c=BTC,mc=RTM,ID=rig7'), { coin: 'BTC', worker: 'rig7' });
  assert.deepEqual(parsePassword('d=4, C=ltc'), { coin: 'LTC', worker: '' });
  for (const word of ['x', '', 'c=', 'c=1', 'c=NOPE', 'ID=rig', 'abc=BTC', 'c'.repeat(600)]) {
    assert.equal(parsePassword(word), null, word);
  }
});

test('a login may be an address of e-mail', () => {
  for (const word of ['me@example.com', 'a.b+c@mail.example.org', 'me@example.com.rig7']) {
    assert.ok(isEmailLogin(word), word);
  }
  for (const word of ['me', '@example.com', 'me@', 'me@host', 'me@host.', 'a b@c.d', 'git@a.b:c']) {
    assert.ok(!isEmailLogin(word), word);
  }
});

test('a worker stands behind a payout that is not in the text too', () => {
  assert.equal(workerOfUnknown('$WALLET.rig7'), 'rig7');
  assert.equal(workerOfUnknown('account.rig_7'), 'rig_7');
  for (const word of ['$WALLET', 'root', '$A.$B', '.rig', 'me@a.b']) {
    assert.equal(workerOfUnknown(word), '', word);
  }
});

test('what only looks like a login is none', () => {
  const words = [
    '',
    'root',
    'user.worker',
    'https://example.com/a/b',
    'BTC:USD',
    'ETH:3000',
    'eth:$TAG',
    'btc:$VERSION.1',
    `ABCDEFG:r${'9aB'.repeat(10)}`,
    `HTTP:r${'9aB'.repeat(10)}`,
    `${monero.slice(0, -1)}1.rig`,
    `prefix/${monero}`,
    `a:${monero}`,
    `${monero}=x`,
    `${monero}.${'w'.repeat(600)}`,
  ];
  for (const word of words) assert.equal(parseLogin(word), null, word);
});

test('the payout stands where the word has it', () => {
  for (const word of [`DOGE:${doge}.w`, `stratum+tcp://${doge}.w@example.com`, doge]) {
    const payout = parseLogin(word)?.payout;
    assert.equal(word.slice(payout?.start, payout?.end), doge);
  }
});

test('arbitrary words never throw', () => {
  const unit = fc.constantFrom(
    'X',
    'M',
    'R',
    ':',
    '.',
    '/',
    '+',
    '#',
    '@',
    '$',
    doge,
    monero,
    '://',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (word) => {
      const login = parseLogin(word);
      assert.ok(login === null || word.includes(login.worker));
    }),
    { numRuns: fuzzRuns },
  );
});
