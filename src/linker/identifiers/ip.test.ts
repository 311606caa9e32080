import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { ipLengthMax, networkFileLengthMax, networkProblemsMax } from '../../base/limits.ts';
import { BUILTIN_NETWORKS } from './builtin-networks.ts';
import { ipValues, isPublicIp, parseIp } from './ip.ts';
import { parseNetworks } from './networks.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const NONE = parseNetworks('').table;

const anyIpLike = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.'), maxLength: 45 }),
);

test('an address is one exactly when the system says so', () => {
  fc.assert(
    fc.property(anyIpLike, (text) => {
      const parsed = parseIp(text);
      assert.equal(parsed !== null, isIP(text) !== 0, text);
      assert.match(parsed ?? '0'.repeat(32), /^[0-9a-f]{32}$/);
    }),
    { numRuns: numRuns * 5 },
  );
});

test('one address has one form', () => {
  const forms = ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8:0::0.0.0.1'];
  assert.equal(new Set(forms.map(parseIp)).size, 1);
  assert.equal(parseIp('::ffff:192.0.2.1'), parseIp('192.0.2.1'));
  assert.equal(parseIp(`1.2.3.4${' '.repeat(ipLengthMax)}`), null);
});

test('private and special addresses are nobody’s', () => {
  const special = '10.1.2.3 100.64.0.9 127.0.0.1 169.254.1.1 172.31.0.1 192.168.1.1 224.0.0.1 ::1';
  for (const text of [...special.split(' '), 'fe80::1', 'fc00::1', '0.0.0.0']) {
    assert.equal(isPublicIp(parseIp(text) ?? ''), false, text);
    assert.deepEqual(ipValues(text, NONE), []);
  }
  assert.equal(isPublicIp(parseIp('172.32.0.1') ?? ''), true);
});

test('an address names itself, the network around it, and who runs it', () => {
  const { table } = parseNetworks('203.0.113.0/24,64500,Example,hosting');
  assert.deepEqual(ipValues('203.0.113.77', table), [
    { kind: 'ip', value: '203.0.113.77' },
    { kind: 'ip-prefix', value: '203.0.113.0/24' },
    { kind: 'asn', value: 'AS64500' },
    { kind: 'hosting', value: 'Example' },
  ]);
  assert.deepEqual(ipValues('2001:db8:1:2:3:4:5:6', NONE), [
    { kind: 'ip', value: '2001:db8:1:2::/64' },
    { kind: 'ip-prefix', value: '2001:db8:1::/48' },
  ]);
  assert.deepEqual(ipValues('not an address', table), []);
});

test('of ranges within one another the narrowest counts', () => {
  const anyRange = fc.record({ start: fc.nat(255), length: fc.integer({ min: 16, max: 32 }) });
  fc.assert(
    fc.property(fc.array(anyRange, { maxLength: 30 }), fc.nat(255), (ranges, byte) => {
      const lines = ranges.map(
        ({ start, length }, i) => `11.0.${start}.${start}/${length},${i + 1}`,
      );
      const { table, problems } = parseNetworks(lines.join('\n'));
      assert.deepEqual(problems, []);
      const address = [11, 0, byte, byte];
      const number = (bytes: readonly number[]) => bytes.reduce((sum, b) => sum * 256 + b, 0);
      const covering = ranges.filter(({ start, length }) => {
        const size = 2 ** (32 - length);
        const own = Math.floor(number([11, 0, start, start]) / size);
        return own === Math.floor(number(address) / size);
      });
      const longest = Math.max(...covering.map(({ length }) => length));
      const asn = table.find(parseIp(address.join('.')) ?? '')?.asn;
      const allowed = ranges.flatMap((range, i) =>
        covering.includes(range) && range.length === longest ? [i + 1] : [],
      );
      assert.equal(asn !== undefined, covering.length > 0);
      assert.ok(asn === undefined || allowed.includes(asn));
    }),
    { numRuns },
  );
});

test('a file of networks is read as far as it can be, and what cannot is named', () => {
  const text = [
    'network,asn,operator,kind',
    '# ours',
    '198.51.100.0/25,AS64501,Example Access,',
    '198.51.100.0/33,1,x,hosting',
    'x,1,x,hosting',
    '198.51.100.128/25,-1,x,hosting',
    '198.51.100.128/25,1,,hosting',
    '2001:db8::/32,64502,Six,hosting',
  ].join('\n');
  const { table, problems } = parseNetworks(text);
  assert.equal(table.ranges, 2);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [4, 5, 6, 7],
  );
  assert.equal(table.find(parseIp('2001:db8:ffff::1') ?? '')?.operator, 'Six');
  assert.equal(table.find(parseIp('198.51.100.200') ?? ''), null);
});

test('a file without kinds, quoted as spreadsheets do, leaves hosting to who is known for it', () => {
  const text = [
    'network,autonomous_system_number,autonomous_system_organization',
    '192.0.2.0/25,24940,"Hetzner Online GmbH"',
    '192.0.2.128/25,64500,"Access, ""Inc."""',
    '"198.51.100.0/24","24940","Office, of Hetzner",access',
  ].join('\r\n');
  const { table, problems } = parseNetworks(text);
  assert.deepEqual(problems, []);
  const found = (ip: string) => table.find(parseIp(ip) ?? '');
  assert.deepEqual(found('192.0.2.1'), { asn: 24940, operator: 'hetzner', isHosting: true });
  assert.equal(found('192.0.2.129')?.operator, 'Access, "Inc."');
  assert.equal(found('198.51.100.9')?.isHosting, false);
});

test('a file of more networks than are kept says so', () => {
  const { table, problems } = parseNetworks('1.0.0.0/24\n2.0.0.0/24\n3.0.0.0/24\n4.0.0.0/24', 2);
  assert.equal(table.ranges, 2);
  assert.deepEqual(problems, [{ line: 3, message: 'there are more than 2 networks' }]);
});

test('too long a file is refused, and a file of nonsense reports the first problems only', () => {
  const long = parseNetworks('x'.repeat(networkFileLengthMax + 1));
  assert.equal(long.problems.length, 1);
  assert.equal(
    parseNetworks('x\n'.repeat(networkProblemsMax + 9)).problems.length,
    networkProblemsMax,
  );
});

test('the built-in networks can all be read', () => {
  const { table, problems } = parseNetworks(BUILTIN_NETWORKS);
  assert.deepEqual(problems, []);
  assert.ok(table.ranges > 40);
});
