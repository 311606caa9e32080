import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PUBLIC_INDICATORS } from '../indicators/indicators.ts';
import { MINER_PROGRAMS } from '../indicators/miners.ts';
import { POOL_DOMAINS } from '../indicators/pools.ts';
import { ENDPOINT_ATOMS, endpointsIn, isBareServer, isHostAndPort } from './endpoint.ts';
import { keyedTextsIn } from './json-keys.ts';
import { isMinerProgram, minerImage, minerSource } from './miner-name.ts';
import { Sweep } from './sweep.ts';

const shown = (text: string) =>
  endpointsIn(text, PUBLIC_INDICATORS).map(({ kind, text: found }) => `${kind} ${found}`);

test('stratum URLs, in any text and with any host', () => {
  assert.deepEqual(shown('-o stratum+tcp://203.0.113.4:3333 -u x'), [
    'stratum stratum+tcp://203.0.113.4:3333',
  ]);
  assert.deepEqual(shown('"url":"STRATUM2+SSL://a.test:443/x","b"'), [
    'stratum STRATUM2+SSL://a.test:443/x',
  ]);
  assert.deepEqual(shown('-ostratum+tcp://$POOL'), ['stratum stratum+tcp://$POOL']);
  assert.deepEqual(shown('stratum+tcp://localhost:1 stratum://pool:3333'), [
    'local stratum+tcp://localhost:1',
    'local stratum://pool:3333',
  ]);
  assert.deepEqual(shown('stratum://user:pw@a.test:1'), ['stratum stratum://user:pw@a.test:1']);
  assert.deepEqual(shown('https://a.test stratum git+ssh://a.test'), []);
});

test('known pools by a parent of their host, with and without a port', () => {
  for (const domain of POOL_DOMAINS) {
    assert.deepEqual(shown(`x eu.${domain}:443 y`), [`pool eu.${domain}:443`]);
    assert.deepEqual(shown(`x ${domain.toUpperCase()} y`), [`site ${domain.toUpperCase()}`]);
    assert.deepEqual(shown(`x not${domain}.test:443 a-${domain}x`), []);
  }
  assert.deepEqual(shown('https://supportxmr.com:443/api'), ['site supportxmr.com']);
});

test('a host of many labels, with a dot at its end, and a node beside a pool', () => {
  const deep = `${'a.'.repeat(30)}supportxmr.com`;
  assert.deepEqual(shown(`x ${deep}:443`), [`pool ${deep}:443`]);
  assert.deepEqual(shown('pool.supportxmr.com.:443'), ['pool pool.supportxmr.com.:443']);
  assert.deepEqual(shown('--add-peer nodes.hashvault.pro:18080'), ['site nodes.hashvault.pro']);
  assert.deepEqual(shown(`${'a.'.repeat(2_000)}b ...... ://x`), []);
});

test('the lists are lower case, without doubles, and large enough to be of use', () => {
  for (const [list, least] of [
    [POOL_DOMAINS, 60],
    [MINER_PROGRAMS, 40],
  ] as const) {
    assert.ok(list.length >= least);
    assert.deepEqual([...new Set(list.map((one) => one.toLowerCase()))], list);
  }
});

test('every endpoint that can be found holds one of its atoms', () => {
  const sweep = new Sweep([...ENDPOINT_ATOMS, ...PUBLIC_INDICATORS.atoms]);
  for (const domain of POOL_DOMAINS) assert.ok(sweep.hasCandidate([`x eu.${domain}:443`]));
  assert.ok(sweep.hasCandidate(['x -ostratum+tcp://a']));
});

test('a host and a port', () => {
  for (const word of [
    ...[
      '203.0.113.4:443',
      'a.test:3333',
      'tcp://a.test:14444',
      'a.test:3333/x',
      '[2001:db8::1]:443',
    ],
    'tcp://me:x@a.test:3333',
  ]) {
    assert.ok(isHostAndPort(word), word);
  }
  for (const word of [
    'a.test',
    'localhost:3333',
    'db:5432',
    'a b.test:1',
    'a.test:x',
    'a/b:3333',
    '[::1]:3333',
    ':443',
    '',
  ]) {
    assert.ok(!isHostAndPort(word), word);
  }
});

test('a machine without a port', () => {
  for (const word of ['a.test', 'pool.example.org', '203.0.113.4']) {
    assert.ok(isBareServer(word), word);
  }
  for (const word of ['out.json', 'v1.2.3', '1.2.3', 'localhost', 'a.test:80', 'dist', '']) {
    assert.ok(!isBareServer(word), word);
  }
});

test('names of miners, with versions, and of what is not one', () => {
  for (const name of ['xmrig', 'xmrig-6.22.0', 'cpuminer-avx2', 'srbminer-multi-2-4-9.tar.gz']) {
    assert.ok(isMinerProgram(name, PUBLIC_INDICATORS), name);
  }
  for (const name of ['xmrig.sh', 'build-xmrig', 'miner', 'verus', 'node', '']) {
    assert.ok(!isMinerProgram(name, PUBLIC_INDICATORS), name);
  }
  const kindOf = (image: string) => minerImage(image, PUBLIC_INDICATORS)?.kind;
  assert.equal(kindOf('docker.io/metal3d/xmrig:latest'), 'published');
  assert.equal(kindOf('registry.test:5000/a/xmrig@sha256:00'), 'named');
  assert.equal(kindOf('xmrig/builder:1'), undefined);
});

test('what an address leads to', () => {
  const kindOf = (url: string) => minerSource(url, PUBLIC_INDICATORS)?.kind;
  const forge = 'https://github.com/xmrig/xmrig';
  assert.equal(kindOf(`${forge}/releases/download/v6/a.tar.gz`), 'release');
  assert.equal(kindOf(`${forge}.git`), 'source');
  assert.equal(kindOf(`${forge}/archive/refs/tags/v6.22.0.tar.gz`), 'source');
  assert.equal(kindOf('https://a.test/XMRig-6.22.0-linux.tar.gz?x=1'), 'release');
  assert.equal(kindOf('https://github.com/cli/cli/releases/download/v2/gh.tar.gz'), undefined);
});

test('keys of a JSON body, also of half of one and of one that is escaped', () => {
  const keys = (text: string) => keyedTextsIn(text).map(({ key, value }) => `${key}=${value}`);
  assert.deepEqual(keys('{"A": "b", "c" : 1, "d":{"e":"f"}'), ['a=b', 'c=', 'd=', 'e=f']);
  assert.deepEqual(keys('{\\"user\\": \\"x\\", \\"url\\":\\"y\\"}'), ['user=x', 'url=y']);
  assert.deepEqual(keys('no "keys" here, "but": "one'), ['but=']);
});
