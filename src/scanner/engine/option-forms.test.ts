import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanScript } from '../test-scanner.ts';
import { testAddress } from '../wallet/test-addresses.ts';
import { minerOptionsOf } from './options.ts';
import { Sweep } from './sweep.ts';

const POOL = 'pool.example.org:3333';
const ADDRESS = testAddress('monero', 11);

const FORMS: readonly (readonly [words: string, flag: string, value: string])[] = [
  ['-o a:1', '-o', 'a:1'],
  ['-oa:1', '-o', 'a:1'],
  ['-o=a:1', '-o', 'a:1'],
  ['-kqoa:1', '-o', 'a:1'],
  ['-ko a:1', '-o', 'a:1'],
  ['-pc=BTC', '-p', 'c=BTC'],
  ['--url=a:1', '--url', 'a:1'],
  ['--ur a:1', '--url', 'a:1'],
  ['--use=me', '--user', 'me'],
  ['--u=me', '--u', 'me'],
  ['--start .', '--start', '.'],
  ['-pool a:1', '-pool', 'a:1'],
  ['-k', '-k', ''],
];

for (const [words, flag, value] of FORMS) {
  test(`an option as a miner reads it: ${words}`, () => {
    assert.deepEqual(minerOptionsOf(words.split(' '))[0], { flag, value });
  });
}

test('values that are joined to their options, or whose options are cut short, are read', () => {
  for (const options of [
    `-o${POOL} -u${ADDRESS} -px`,
    `-kqo${POOL} -u ${ADDRESS}`,
    `--ur=${POOL} --use=${ADDRESS} --pas=x`,
  ]) {
    assert.equal(scanScript(`./m ${options}`).verdict, 'confirmed', options);
  }
});

test('a pool behind its option makes a program suspected without a login', () => {
  const told = scanScript('./m -o stratum+tcp://pool.example.org:3333 -t 2');
  assert.deepEqual([told.verdict, told.executedBits], ['suspected', 16]);
  assert.equal(scanScript('curl -o stratum+tcp://pool.example.org:3333').verdict, 'clear');
});

test('a server without a port is one beside whom to pay, and a file is none', () => {
  assert.equal(scanScript(`./m -o pool.example.org -u ${ADDRESS}`).verdict, 'confirmed');
  assert.equal(scanScript(`./m -o result.json -u ${ADDRESS}`).verdict, 'clear');
  assert.equal(scanScript('./m -o pool.example.org -u me -p x').verdict, 'clear');
});

test('the sweep stops at a server that is joined to its option', () => {
  const sweep = new Sweep([]);
  for (const text of [`./m -o${POOL} -uroot -px`, './m -kqo203.0.113.9:443 -u root']) {
    assert.ok(sweep.hasCandidate([text]), text);
  }
  for (const text of ['gcc -oa.out b.c', 'ssh -oPort=22 a.test', 'x -out.txt', 'x -output a:1']) {
    assert.ok(!sweep.hasCandidate([text]), text);
  }
});

test('a server and an address in any other form make a program suspected', () => {
  for (const given of [
    `${ADDRESS}@${POOL}`,
    `${POOL} ${ADDRESS}`,
    `--to=${POOL} --for=${ADDRESS}`,
  ]) {
    const report = scanScript(`./m ${given}`);
    assert.deepEqual([report.verdict, report.executedBits], ['suspected', 12], given);
  }
});

test('a node, a server of this machine or an address of Ethereum makes no program suspected', () => {
  const contract = testAddress('ethereum', 3);
  const peer = `./p2pool --wallet ${ADDRESS} --addpeers 203.0.113.4:37889`;
  assert.equal(scanScript(peer).verdict, 'clear');
  for (const given of [
    `--daemon node.example.org:18089 ${ADDRESS}`,
    `127.0.0.1:3333 ${ADDRESS}`,
    `--rpc rpc.example.org:8545 --owner ${contract}`,
  ]) {
    assert.equal(scanScript(`./m ${given}`).verdict, 'clear', given);
  }
});

test('a configuration with a server and whom to pay is a miner’s, however it is named', () => {
  const body = (user: string) => `{"pools":[{"url":"${POOL}","user":"${user}"}]}`;
  for (const run of ['./m -c a.json', './m -ca.json', './m --config=a.json']) {
    const write = (user: string) => `echo '${body(user)}' > a.json; ${run}`;
    assert.equal(scanScript(write(ADDRESS)).verdict, 'confirmed', run);
    assert.equal(scanScript(write('app')).verdict, 'clear', run);
  }
});
