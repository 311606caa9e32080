import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PUBLIC_INDICATORS } from '../scanner/indicators/indicators.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { packetsOf, pcapngOf, pcapOf, SERVER, TestTalk } from '../sensor/packets/test-capture.ts';
import { SESSIONS } from '../sensor/packets/test-sessions.ts';
import { EVE, FALCO, TETRAGON, ZEEK, zeekTsv } from '../sensor/records/test-records.ts';
import { agent } from './agent.ts';
import { UsageError } from './command.ts';
import { knownNames } from './known-names.ts';
import { testTerminal } from './test-terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'davylamp-agent-'));
after(() => rmSync(directory, { recursive: true }));

const names = knownNames(PUBLIC_INDICATORS);
const monero = testAddress('monero', 1);
const wait = 20;

function session(login: string, extent = Number.POSITIVE_INFINITY): TestTalk {
  const talk = new TestTalk();
  const lines = SESSIONS.find(({ dialect }) => dialect === 'monero')?.lines ?? [];
  for (const { from, message } of lines.slice(0, extent)) {
    const text = JSON.stringify(message).replace('"login":"gang"', `"login":"${login}"`);
    talk[from](`${text}\n`).wait(wait);
  }
  return talk;
}

async function run(bytes: Uint8Array, ...options: readonly string[]) {
  const file = join(directory, 'recording');
  writeFileSync(file, bytes);
  const terminal = testTerminal(directory);
  const status = await agent.run(['--replay', file, ...options], terminal);
  const lines = terminal.outText.split('\n').filter((line) => line !== '');
  const findings = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, findings, text: terminal.outText, errorText: terminal.errorText };
}

test('a session is one finding, its login masked, its payout and worker as digests', async () => {
  const packets = packetsOf(session(`${monero}.rig7`).segments);
  for (const file of [pcapOf(packets), pcapngOf(packets)]) {
    const { status, findings, text, errorText } = await run(file);
    assert.equal(status, 1);
    assert.equal(findings.length, 1);
    const [found] = findings;
    assert.deepEqual(Object.keys(found ?? {}).slice(0, 6), [
      'kind',
      'dialect',
      'client',
      'server',
      'login',
      'bits',
    ]);
    assert.equal(found?.['client'], '10.0.0.2:51000');
    assert.equal(found?.['login'], `${monero.slice(0, 4)}…g7`);
    assert.ok(!text.includes(monero), 'no whole address leaves');
    const identifiers = found?.['identifiers'] as readonly Record<string, string>[];
    assert.deepEqual(
      identifiers.map(({ kind, coin, display }) => [kind, coin, display]),
      [
        ['payout', 'monero', `${monero.slice(0, 4)}…${monero.slice(-2)}`],
        ['worker', '', '…'],
        ['worker', '', '…'],
      ],
    );
    assert.match(errorText, /8 events, 1 findings\n$/);
  }
});

test('the exit code goes by what was seen of each host', async () => {
  const asked = pcapOf(packetsOf(session('gang', 1).segments));
  assert.equal((await run(asked)).status, 1);
  assert.equal((await run(asked, '--fail-on', 'mining')).status, 0);
  assert.equal((await run(asked, '--fail-on', 'never')).status, 0);
  const quiet = pcapOf(packetsOf(new TestTalk().client('GET / HTTP/1.1\r\n\r\n').segments));
  assert.deepEqual(await run(quiet).then(({ status, text }) => [status, text]), [0, '']);
});

test('flows of one host are findings of their own', async () => {
  const two = [3333, 4444].flatMap((port) => {
    const ends = {
      client: { address: [10, 0, 0, 2], port: port + 40_000 },
      server: { ...SERVER, port },
    };
    return packetsOf(session('gang').segments, ends);
  });
  const { findings } = await run(pcapOf(two));
  assert.deepEqual(
    findings.map(({ server }) => server),
    ['192.0.2.7:3333', '192.0.2.7:4444'],
  );
});

test('what cannot be read says so, and what could be still counts', async () => {
  const nothing = await run(Buffer.from('just a text\n'));
  assert.equal(nothing.status, 3);
  assert.match(nothing.errorText, /no recording that is known/);
  const file = pcapOf(packetsOf(session('gang').segments));
  file.writeUInt32LE(0xffff_ffff, file.length - 8);
  const quiet = pcapOf(packetsOf(new TestTalk(0, false).client('hello').segments));
  const broken = Buffer.concat([quiet, Buffer.alloc(16, 0xff)]);
  const cut = await run(broken);
  assert.equal(cut.status, 3);
  assert.match(cut.errorText, /a record claims/);
  const found = await run(
    Buffer.concat([file.subarray(0, file.length - 200), Buffer.alloc(16, 0xff)]),
  );
  assert.equal(found.findings.length, 1);
  const terminal = testTerminal(directory);
  assert.equal(await agent.run(['--replay', 'missing'], terminal), 3);
  assert.match(terminal.errorText, /missing/);
});

test('recordings of other sensors are told by their content', async () => {
  const lines = (records: object): Buffer =>
    Buffer.from(
      Object.values(records)
        .map((record) => JSON.stringify(record))
        .join('\n'),
    );
  for (const [source, bytes] of [
    ['falco', lines(FALCO)],
    ['tetragon', lines(TETRAGON)],
    ['eve', Buffer.concat([Buffer.from('{"broken\n'), lines(EVE)])],
    ['zeek', lines(ZEEK)],
    ['zeek', Buffer.from(zeekTsv().replaceAll('pool.example', 'nanopool.org'))],
  ] as const) {
    const { findings } = await run(bytes);
    assert.ok(findings.length > 0, source);
    for (const found of findings) assert.equal(found['source'], source);
    assert.ok(findings.every(({ bits }) => Number(bits) > 0));
  }
});

test('standard input is read as a file is', async () => {
  const bytes = pcapOf(packetsOf(session('gang').segments));
  const terminal = testTerminal(directory, [bytes.subarray(0, 3), bytes.subarray(3)]);
  assert.equal(await agent.run(['--replay', '-'], terminal), 1);
  assert.match(terminal.outText, /"dialect":"monero"/);
});

test('arguments that do not fit', async () => {
  for (const args of [[], ['--replay', 'a', 'b'], ['--replay', 'a', '--fail-on', 'x'], ['--foo']]) {
    await assert.rejects(agent.run(args, testTerminal(directory)), UsageError, args.join(' '));
  }
});

test('names of pools, of miners and of who is paid are the scanner\u2019s', () => {
  assert.deepEqual(names.poolOf('XMR-EU1.nanopool.org.'), {
    name: 'xmr-eu1.nanopool.org',
    pool: 'nanopool.org',
  });
  for (const host of ['example.com', 'org', '', 'a'.repeat(300)]) {
    assert.equal(names.poolOf(host), null);
  }
  assert.ok(names.isMiner('/tmp/.x/xmrig-6.22.0'));
  assert.ok(!names.isMiner('/usr/bin/node'));
  const kinds = (login: string, password = ''): readonly string[] =>
    names
      .readLogin({ login, password, worker: '' })
      .identifiers.map(({ kind, coin }) => `${kind} ${coin}`);
  assert.deepEqual(kinds(`DOGE:${testAddress('dogecoin', 1)}.w1`), ['payout DOGE', 'worker ']);
  assert.deepEqual(kinds(`0x${'ab'.repeat(20)}/rig`), ['payout ethereum']);
  assert.deepEqual(kinds(`0x${'ab'.repeat(21)}`), []);
  assert.deepEqual(kinds('account.rig7'), ['worker ']);
});

test('a command line is read by what only miners say, and told without values', () => {
  const line = (text: string) => names.readCommandLine(text.split(' '));
  const seen = line(
    `./kworker -o stratum+tcp://user:pw@pool.example:3333 -u ${monero}.r1 --donate-level=1`,
  );
  assert.deepEqual(seen?.traits, ['pool-url', 'flags', 'payout']);
  assert.deepEqual(seen?.words, ['-o', 'stratum+tcp://pool.example:3333', '-u', '--donate-level']);
  assert.ok(!JSON.stringify(seen).includes(monero));
  for (const text of ['node server.js -o out -u bob', 'xmrig --help', 'make -j8', '']) {
    assert.equal(line(text), null, text);
  }
});
