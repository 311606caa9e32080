import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseIp } from './ip.ts';
import type { NetworkTable } from './network-table.ts';
import { isMmdb, readMmdb } from './read-mmdb.ts';
import { type MmdbOptions, mmdbFile } from './test-mmdb.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

const WORLD: Parameters<typeof mmdbFile>[0] = [
  ['81.2.69.0/24', { autonomous_system_number: 64500, autonomous_system_organization: 'Access' }],
  ['81.2.70.0/23', { autonomous_system_number: 64500, autonomous_system_organization: 'Access' }],
  ['116.202.0.0/16', { autonomous_system_number: 24940, autonomous_system_organization: 'HZ' }],
  ['192.0.2.0/28', { asn: 'AS64501', as_name: 'Rents', type: 'hosting' }],
  ['192.0.2.16/28', { is_hosting_provider: true, organization: 'Masked' }],
  ['192.0.2.32/28', { asn: 'no number', country: 'XX' }],
];
const SIX: Parameters<typeof mmdbFile>[0] = [
  ['2001:db8::/32', { autonomous_system_number: 64502, autonomous_system_organization: 'Six' }],
  ['2a00:1450:4000::/37', { asn: 'AS64503' }],
];

function tableOf(file: Buffer): NetworkTable {
  const read = readMmdb(file, 2_000);
  assert.ok(read.ok, read.ok ? '' : read.error);
  return read.value;
}

function found(table: NetworkTable, ip: string) {
  return table.find(parseIp(ip) ?? '');
}

test('a file of every record size tells operators and who rents machines out', () => {
  for (const recordBits of [24, 28, 32] as const) {
    const table = tableOf(mmdbFile([...WORLD, ...SIX], { recordBits }));
    const access = { asn: 64500, operator: 'Access', isHosting: false };
    assert.deepEqual(found(table, '81.2.69.0'), access);
    assert.deepEqual(found(table, '81.2.71.255'), access);
    assert.equal(found(table, '81.2.68.255'), null);
    assert.equal(found(table, '81.2.72.0'), null);
    // One name for all networks of who is known to rent machines out.
    const hetzner = { asn: 24940, operator: 'hetzner', isHosting: true };
    assert.deepEqual(found(table, '116.202.255.255'), hetzner);
    const rents = { asn: 64501, operator: 'Rents', isHosting: true };
    assert.deepEqual(found(table, '192.0.2.15'), rents);
    assert.deepEqual(found(table, '192.0.2.16'), { asn: 0, operator: 'Masked', isHosting: true });
    assert.equal(found(table, '192.0.2.32'), null);
    assert.equal(found(table, '2001:db8:ffff::1')?.operator, 'Six');
    assert.equal(found(table, '2a00:1450:47ff::1')?.operator, 'AS64503');
    assert.equal(found(table, '2a00:1450:4800::1'), null);
    // An IPv4 address written as one of IPv6 is the same.
    assert.deepEqual(found(table, '::ffff:192.0.2.15'), rents);
  }
});

test('a file of IPv4 alone has no IPv6 network', () => {
  const table = tableOf(mmdbFile(WORLD, { ipVersion: 4, recordBits: 24 }));
  assert.equal(found(table, '81.2.69.1')?.asn, 64500);
  assert.equal(found(table, '2001:db8::1'), null);
});

test('every network of a file is found again, and nothing beside it', () => {
  const parts = fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(parts, fc.constantFrom(24, 28, 32), (bytes, recordBits) => {
      const networks = bytes.map((b) => [`93.184.${b}.0/24`, { asn: b + 1 }] as const);
      const options: MmdbOptions = { recordBits: recordBits as 24 | 28 | 32 };
      const table = tableOf(mmdbFile(networks, options));
      for (let b = 0; b < 256; b++) {
        assert.equal(found(table, `93.184.${b}.77`)?.asn, bytes.includes(b) ? b + 1 : undefined);
      }
    }),
    { numRuns: Math.min(numRuns, 50) },
  );
});

test('a file of another kind says that it tells nothing of networks', () => {
  const read = readMmdb(mmdbFile([['81.2.69.0/24', { country: 'XX' }]]));
  assert.deepEqual(read, {
    ok: false,
    error: 'this MMDB file has neither AS numbers nor marks of hosting',
  });
});

test('whatever is done to a file, reading ends with a table or a sentence', () => {
  const whole = mmdbFile([...WORLD, ...SIX], { recordBits: 24 });
  const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
      const file = Buffer.from(whole.subarray(whole.length - length));
      for (const { at, byte } of changes) if (at < file.length) file[at] = byte;
      const read = readMmdb(file, 2_000);
      if (!read.ok) assert.match(read.error, /^this MMDB file/);
      else assert.ok(read.value.ranges > 0);
    }),
    { numRuns },
  );
});

test('a tree that shares its branches, and so has 2^32 networks, is refused in the end', () => {
  // 32 nodes, each leading to the next on both sides: the last one to two records in turn.
  const two = mmdbFile(
    [
      ['0.0.0.0/32', { asn: 1 }],
      ['0.0.0.1/32', { asn: 2 }],
    ],
    {
      ipVersion: 4,
      recordBits: 24,
    },
  );
  for (let node = 0; node < 31; node++) two.copy(two, node * 6 + 3, node * 6, node * 6 + 3);
  const read = readMmdb(two);
  assert.ok(!read.ok);
  assert.match(read.error, /more than 1000000 networks/);
});

test('the kind of a file shows by its end', () => {
  assert.ok(isMmdb(mmdbFile(WORLD)));
  assert.ok(!isMmdb(mmdbFile(WORLD).subarray(0, 200)));
  assert.ok(!isMmdb(Buffer.from('network,asn\n1.0.0.0/24,1\n')));
});
