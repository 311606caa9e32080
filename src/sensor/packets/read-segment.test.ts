import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSegment } from './read-segment.ts';
import { formatEndpoint } from './segment.ts';
import { packetsOf, TestTalk, udpPacket } from './test-capture.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);
const [v4] = packetsOf(new TestTalk(0, false).client('hello').segments);
const six = {
  client: { address: [0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 1], port: 51_000 },
  server: { address: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, ...Array(7).fill(0), 2], port: 3333 },
};
const [v6] = packetsOf(new TestTalk(0, false).client('hello').segments, six);
assert.ok(v4 !== undefined && v6 !== undefined);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const MACS = '00 11 22 33 44 55 66 77 88 99 aa bb';

const LINKS: readonly (readonly [string, number, string, number])[] = [
  ['Ethernet', 1, `${MACS} 08 00`, 0],
  ['a VLAN', 1, `${MACS} 81 00 00 05 08 00`, 0],
  ['a VLAN in a VLAN', 1, `${MACS} 88 a8 00 05 81 00 00 06 08 00`, 0],
  ['PPPoE', 1, `${MACS} 88 64 11 00 00 01 00 50 00 21`, 0],
  ['Linux cooked', 113, `00 00 00 01 00 06 ${MACS.slice(0, 17)} 00 00 08 00`, 0],
  ['Linux cooked v2', 276, `08 00 00 00 00 00 00 02 00 01 00 06 ${MACS.slice(0, 17)} 00 00`, 0],
  ['raw IP', 101, '', 0],
  ['loopback of BSD', 0, '02 00 00 00', 0],
  ['loopback of OpenBSD', 108, '00 00 00 02', 0],
  ['netfilter log', 239, '02 00 00 05 08 00 01 00 08 00 01 00', 9],
];

for (const [name, linkType, head, nflog] of LINKS) {
  test(`${name} carries IPv4 and IPv6`, () => {
    for (const [packet, type] of [
      [v4, '0800'],
      [v6, '86dd'],
    ] as const) {
      const prefix = hex(type === '86dd' ? head.replace(/08 00(?=$)/, '86 dd') : head);
      if (linkType === 276 && type === '86dd') prefix.set([0x86, 0xdd]);
      if (linkType === 1 && head.endsWith('00 21') && type === '86dd') {
        prefix.set([0x00, 0x57], prefix.length - 2);
      }
      const length = packet.data.length + 4;
      const attribute = nflog === 0 ? [] : [length & 255, length >> 8, nflog, 0];
      const start = nflog === 0 ? prefix : prefix.subarray(0, 12);
      const data = Buffer.concat([start, Buffer.from(attribute), packet.data]);
      const segment = readSegment({ at: 0, linkType, data });
      assert.ok(typeof segment === 'object', `${name} ${type}: ${segment}`);
      assert.equal(Buffer.from(segment.payload).toString(), 'hello');
      assert.equal(segment.target.port, 3333);
    }
  });
}

test('addresses are written as people write them', () => {
  const segment = readSegment(v6);
  assert.ok(typeof segment === 'object');
  assert.equal(formatEndpoint(segment.source), '[2001:db8::1]:51000');
  assert.equal(formatEndpoint(segment.target), '[2001:db8:0:1::2]:3333');
  const all = { address: new Uint8Array(16), port: 1 };
  assert.equal(formatEndpoint(all), '[::]:1');
});

test('extension headers, tunnels and VXLAN are looked through', () => {
  const hopByHop = Buffer.concat([v6.data.subarray(0, 40), hex('06 00 00 00 00 00 00 00')]);
  hopByHop[6] = 0;
  hopByHop.writeUInt16BE(v6.data.length - 40 + 8, 4);
  const extended = Buffer.concat([hopByHop, v6.data.subarray(40)]);
  const tunnel = Buffer.concat([
    hex('45 00 00 00 00 00 00 00 40 04 00 00 0a000001 0a000002'),
    v4.data,
  ]);
  const frame = Buffer.concat([hex(`08 00 00 00 00 00 05 00 ${MACS} 08 00`), v4.data]);
  const ends = { address: [10, 0, 0, 9], port: 8472 };
  for (const packet of [
    { ...v6, data: extended },
    { ...v4, data: tunnel },
    udpPacket(ends, ends, frame),
  ]) {
    const segment = readSegment(packet);
    assert.ok(typeof segment === 'object');
    assert.equal(Buffer.from(segment.payload).toString(), 'hello');
  }
});

test('later fragments, padding and what is cut short', () => {
  const fragment = Buffer.from(v4.data);
  fragment.writeUInt16BE(100, 6);
  assert.equal(readSegment({ ...v4, data: fragment }), 'other');
  const padded = readSegment({ ...v4, data: Buffer.concat([v4.data, Buffer.alloc(9)]) });
  assert.ok(typeof padded === 'object');
  assert.equal(padded.payload.length, 5);
  for (let length = 0; length < 40; length++) {
    assert.ok(
      ['other', 'malformed'].includes(
        String(readSegment({ ...v4, data: v4.data.subarray(0, length) })),
      ),
    );
  }
  assert.equal(readSegment({ ...v4, linkType: 9_999 }), 'other');
});

test('whatever the bytes are, they are read or refused', () => {
  const bytes = fc.uint8Array({ maxLength: 120 });
  const links = fc.constantFrom(0, 1, 12, 101, 108, 113, 228, 229, 239, 276, 5);
  const property = fc.property(bytes, links, fc.boolean(), (data, linkType, isIp) => {
    if (isIp && data.length > 0) data[0] = 0x45 + (data[0] ?? 0 & 1) * 0x20;
    const read = readSegment({ at: 0, linkType, data });
    assert.ok(read === 'other' || read === 'malformed' || read.payload.length <= data.length);
  });
  fc.assert(property, { numRuns: numRuns * 10 });
});
