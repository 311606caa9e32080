import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { readTlsHello, type TlsHello } from './tls-hello.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);
const u16 = (value: number): number[] => [value >> 8, value & 255];
const list = (bytes: readonly number[]): number[] => [...u16(bytes.length), ...bytes];

/** A hello with these parts, GREASE where browsers put it. */
function hello(parts: {
  readonly ciphers: readonly number[];
  readonly extensions: readonly (readonly [number, readonly number[]])[];
}): Buffer {
  const ciphers = list([0x0a0a, ...parts.ciphers].flatMap(u16));
  const extensions = parts.extensions.flatMap(([type, body]) => [...u16(type), ...list(body)]);
  const body = [3, 3, ...Array(32).fill(7), 0, ...ciphers, 1, 0, ...list(extensions)];
  const message = [1, 0, ...u16(body.length), ...body];
  return Buffer.from([22, 3, 1, ...list(message)]);
}

const name = (text: string): number[] => list([0, ...list([...Buffer.from(text)])]);
const protocols = (...names: readonly string[]): number[] =>
  list(names.flatMap((one) => [one.length, ...Buffer.from(one)]));

/** The example of JA4's own description: its parts, and the fingerprint that it gives for them. */
const CHROME = hello({
  ciphers: [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
    0x009d, 0x002f, 0x0035,
  ],
  extensions: [
    [0x1a1a, []],
    [0x001b, []],
    [0x0000, name('Example.COM')],
    [0x0033, []],
    [0x0010, protocols('h2', 'http/1.1')],
    [0x4469, []],
    [0x0017, []],
    [0x002d, []],
    [0x000d, list([0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601].flatMap(u16))],
    [0x0005, []],
    [0x0023, []],
    [0x0012, []],
    [0x002b, [6, ...u16(0x3a3a), ...u16(0x0304), ...u16(0x0303)]],
    [0xff01, []],
    [0x000b, []],
    [0x000a, []],
    [0x0015, []],
  ],
});

test('SNI, ALPN and JA4 of a hello', () => {
  const read = readTlsHello(CHROME) as TlsHello;
  assert.equal(read.sni, 'example.com');
  assert.deepEqual(read.alpn, ['h2', 'http/1.1']);
  assert.equal(read.ja4, 't13d1516h2_8daaf6152771_e5627efa2ab1');
});

test('a hello that arrives in pieces, and in several records', () => {
  for (let length = 3; length < CHROME.length; length += 7) {
    assert.equal(readTlsHello(CHROME.subarray(0, length)), 'more');
  }
  const body = CHROME.subarray(5);
  const record = (part: Buffer): Buffer =>
    Buffer.concat([Buffer.from([22, 3, 1, ...u16(part.length)]), part]);
  const cut = Buffer.concat([record(body.subarray(0, 100)), record(body.subarray(100))]);
  assert.deepEqual(readTlsHello(cut), readTlsHello(CHROME));
});

test('what a real client says', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const first = new Promise<Buffer>((resolve) => {
    server.once('connection', (socket) => {
      socket.once('data', (bytes) => {
        socket.destroy();
        resolve(bytes as Buffer);
      });
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const client = connect({ host: '127.0.0.1', port, servername: 'eu.pool.example' });
  client.on('error', () => {});
  const read = readTlsHello(await first) as TlsHello;
  client.destroy();
  server.close();
  assert.equal(read.sni, 'eu.pool.example');
  assert.deepEqual(read.alpn, []);
  assert.match(read.ja4, /^t13d\d{4}00_[0-9a-f]{12}_[0-9a-f]{12}$/);
});

test('whatever the bytes are, they are read or refused', () => {
  const property = fc.property(
    fc.array(fc.tuple(fc.nat(CHROME.length - 1), fc.nat(255)), { maxLength: 12 }),
    fc.nat(CHROME.length),
    (changes, length) => {
      const bytes = Buffer.from(CHROME.subarray(0, length));
      for (const [at, byte] of changes) if (at > 0 && at < bytes.length) bytes[at] = byte;
      const read = readTlsHello(bytes);
      assert.ok(read === null || read === 'more' || read.sni.length <= length);
    },
  );
  fc.assert(property, { numRuns: numRuns * 5 });
});
