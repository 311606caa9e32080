import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanScript } from '../test-scanner.ts';
import { testAddress } from '../wallet/test-addresses.ts';

const OPTIONS = `-u ${testAddress('monero', 11)} -p x`;
const HERE = `./m -o 127.0.0.1:3333 ${OPTIONS}`;

const FORWARDED: readonly (readonly [what: string, script: string])[] = [
  ['two sockets', `socat TCP-LISTEN:3333,fork TCP:pool.example.org:3333 &\n${HERE}`],
  ['a tunnel to a machine behind', `ssh -fNL 3333:pool.example.org:3333 me@a.example.org\n${HERE}`],
  ['a tunnel to the machine itself', `ssh -f -L 3333:localhost:3333 me@a.example.org\n${HERE}`],
  ['a program for each connection', `ncat -lk 3333 -c 'ncat pool.example.org 3333' &\n${HERE}`],
  ['a pipe of two', `nc -l 3333 < f | nc pool.example.org 3333 > f &\n${HERE}`],
  [
    'another address for packets',
    `iptables -t nat -A OUTPUT -d 127.0.0.1 -j DNAT --to-destination 203.0.113.9:3333\n${HERE}`,
  ],
  [
    'a local name of another machine',
    `echo '203.0.113.9 relay' | sudo tee -a /etc/hosts\n./m -o relay:3333 ${OPTIONS}`,
  ],
  ['a tunnel of a service', `cloudflared access tcp --url localhost:3333 &\n${HERE}`],
  ['a tunnel into a cluster', `kubectl port-forward svc/relay 3333:3333 &\n${HERE}`],
  [
    'joined to its option',
    `socat TCP-LISTEN:3333 TCP:pool.example.org:3333 &\n./m -olocalhost:3333 ${OPTIONS}`,
  ],
];

for (const [what, script] of FORWARDED) {
  test(`a connection that is handed on counts as one to its target: ${what}`, () => {
    assert.equal(scanScript(script).verdict, 'confirmed');
  });
}

const HELD_HERE: readonly (readonly [what: string, script: string])[] = [
  ['nothing hands it on', HERE],
  ['a shell elsewhere', `ssh -o LogLevel=ERROR me@a.example.org uptime\n${HERE}`],
  ['a rule that lets packets through', `iptables -A INPUT -p tcp --dport 3333 -j ACCEPT\n${HERE}`],
  ['a relay to this machine', `socat TCP-LISTEN:3333 TCP:127.0.0.1:4444 &\n${HERE}`],
  ['a name of this machine', `echo '127.0.0.1 relay' >> /etc/hosts\n./m -o relay:3333 ${OPTIONS}`],
  ['a check of a port', `nc -z pool.example.org 3333\n${HERE}`],
];

for (const [what, script] of HELD_HERE) {
  test(`a connection to this machine stays one: ${what}`, () => {
    assert.equal(scanScript(script).verdict, 'clear');
  });
}
