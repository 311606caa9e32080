import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSocketOwners } from './socket-owners.ts';
import { parseSocketTable } from './socket-table.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

function row(local: string, remote: string, state: string, inode: number): string {
  const rest = `0 ${inode} 1 0 20 4 30 10 -1`;
  return `   0: ${local} ${remote} ${state} 0:0 00:0 0     0        ${rest}`;
}

test('established connections, with their addresses as others write them', () => {
  const text = [
    HEAD,
    row('0100007F:0D05', '0200A8C0:01BB', '01', 77),
    row('00000000:0016', '00000000:0000', '0A', 78),
    row('0000000000000000FFFF00000100007F:1F90', '0000000000000000FFFF00000100007F:C350', '01', 79),
    row('B80D01200000000000000000010000FE:0050', '00000000000000000000000001000000:0051', '01', 80),
  ].join('\n');
  assert.deepEqual(parseSocketTable(text).sockets, [
    { local: '127.0.0.1:3333', remote: '192.168.0.2:443', inode: 77 },
    { local: '127.0.0.1:8080', remote: '127.0.0.1:50000', inode: 79 },
    { local: '[2001:db8::fe00:1]:80', remote: '[::1]:81', inode: 80 },
  ]);
});

test('no table makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseSocketTable(text)));
});

test('the owner of a socket that is really there', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  const owners = createSocketOwners('/proc', () => performance.now());
  assert.equal(owners.pidOf(`127.0.0.1:${client.localPort}`), process.pid);
  assert.equal(owners.pidOf('127.0.0.1:1'), null);
  assert.ok(owners.connectionsOf(process.pid).some(({ remote }) => remote.startsWith('127.0.0.1')));
  assert.ok(owners.tablesRead >= 1);
  client.destroy();
  server.close();
});
