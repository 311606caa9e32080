import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { askBytesMax } from '../base/sensor-limits.ts';
import { EXIT, UsageError } from '../cli/command.ts';
import { testTerminal } from '../cli/test-terminal.ts';
import { readConfig } from './config.ts';
import { explain } from './explain.ts';
import { createPinoLog } from './pino-log.ts';
import { startServer } from './server.ts';

const KEY = 'an admin key of a test';
const directory = mkdtempSync(join(tmpdir(), 'davylamp-explain-'));
writeFileSync(join(directory, 'key'), `${KEY}\n`);
writeFileSync(join(directory, 'wrong'), 'a key that nobody gave out');
const config = readConfig(
  ['--listen', '127.0.0.1:0', '--data', 'data'],
  { DAVYLAMP_ADMIN_KEY: KEY },
  directory,
);
const started = await startServer(config, createPinoLog('silent'));
assert.ok(started.ok, JSON.stringify(started));
const { url, close } = started.value;
after(async () => {
  await close();
  rmSync(directory, { recursive: true });
});

for (const [account, email] of [
  ['ada', 'one@mail.example'],
  ['a%2Fb', 'one@mail.example'],
  ['eve', 'other@else.example'],
]) {
  const body = {
    specversion: '1.0',
    source: 'test',
    id: `mail ${account}`,
    type: 'account.verified',
    time: '2026-07-01T10:00:00Z',
    subject: `generic/${account}`,
    data: { email, ip: '192.0.2.7' },
  };
  const stored = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'authorization': `Bearer ${KEY}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(body),
  });
  assert.equal(stored.status, 202, await stored.text());
}

async function run(...args: readonly string[]) {
  const terminal = testTerminal(directory);
  const code = await explain.run(['--server', url, '--key-file', 'key', ...args], terminal);
  return { code, out: terminal.outText, error: terminal.errorText };
}

test('two accounts of one mailbox, one of which its provider writes with a slash', async () => {
  const { code, out } = await run('generic/ada', 'generic/a%2Fb');
  assert.equal(code, EXIT.ok);
  const lines = out.split('\n');
  const pair = 'generic/ada and generic/a%2Fb';
  assert.match(lines[0] ?? '', /generic\/ada and generic\/a%2Fb are believed to have one operator/);
  assert.equal(lines[1], `${pair} read the mailbox o…@mail.example, and nobody else: 22 bits.`);
  assert.ok(!out.includes('one@mail.example'), 'values are masked');
});

test('two accounts that are apart, and why', async () => {
  const { code, out } = await run('generic/ada', 'generic/eve');
  assert.equal(code, EXIT.ok);
  assert.match(out, /^generic\/ada and generic\/eve have too little in common to be linked\./);
  assert.match(out, /came from the address 192\.0\.2\.…, like 1 other: 6 bits\.\n/);
  assert.match(out, /Accounts are linked from 20 bits on/);
});

test('one account: its party, what ties it and what would tie others to it', async () => {
  const ada = await run('generic/ada');
  assert.equal(ada.code, EXIT.ok);
  assert.match(ada.out, /^generic\/ada was first seen on 2026-07-01 10:00 UTC\.\nIt is one of 2/);
  assert.match(ada.out, /Those who read the mailbox o…@mail.example: 1 other, 22 bits\.\n/);
  const eve = await run('generic/eve');
  assert.match(eve.out, /It is linked to no other account/);
  assert.match(eve.out, /nobody else so far, the first would be tied to it by 22 bits\.\n/);
});

test('for programs it is what the server answered', async () => {
  const pair = JSON.parse((await run('generic/ada', 'generic/a%2Fb', '--json')).out);
  assert.equal(pair.verdict, 'linked');
  assert.equal(pair.steps[0].links[0].kind, 'verified-email');
  const one = JSON.parse((await run('generic/ada', '--json')).out);
  assert.equal(one.accountsInParty, 2);
  assert.ok(one.values.length > 0);
});

test('who was never seen ends with 1, whichever of the two it is', async () => {
  for (const args of [['generic/nobody'], ['generic/nobody', 'generic/ada']]) {
    const { code, error } = await run(...args);
    assert.equal(code, EXIT.found);
    assert.equal(error, 'davylamp: generic/nobody has shown nothing that others may share\n');
  }
  const { code } = await run('generic/ada', 'generic/nobody');
  assert.equal(code, EXIT.found);
});

test('the key may be in the environment', async (t) => {
  const terminal = testTerminal(directory);
  process.env['DAVYLAMP_KEY'] = '';
  t.after(() => delete process.env['DAVYLAMP_KEY']);
  const args = ['generic/ada', '--server', url];
  await assert.rejects(explain.run(args, terminal), /asks for a key/);
  process.env['DAVYLAMP_KEY'] = KEY;
  assert.equal(await explain.run(args, terminal), EXIT.ok);
});

test('a server that cannot be asked ends with 3 and says why', async () => {
  const wrong = await run('generic/ada', '--key-file', 'wrong');
  assert.equal(wrong.code, EXIT.unread);
  assert.match(wrong.error, /does not know the key/);
  const nowhere = await run('generic/ada', '--server', 'http://127.0.0.1:1');
  assert.equal(nowhere.code, EXIT.unread);
  assert.match(nowhere.error, /could not be asked: .*(ECONNREFUSED|bad port)/);
});

test('an answer without end, without sense, or with escapes does no harm', async (t) => {
  const answers: readonly (readonly [body: string, code: number, said: RegExp])[] = [
    [`{"sentences":["${'a'.repeat(askBytesMax)}"]}`, EXIT.unread, /too long/],
    ['[]', EXIT.unread, /status 200/],
    ['{"sentences":7,"values":[null,3]}', EXIT.ok, /What it shows/],
    ['{"sentences":["\\u001b[2J and \\u202e"]}', EXIT.ok, /^\\x1b\[2J and \\u202e\n/],
  ];
  let body = '';
  const server = createServer((_request, response) => void response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const [answer, expected, said] of answers) {
    body = answer;
    const got = await run('generic/ada', '--server', `http://127.0.0.1:${port}/`);
    assert.equal(got.code, expected, got.error);
    assert.match(got.out + got.error, said);
  }
});

test('arguments that do not fit are told', async () => {
  for (const args of [[], ['ada'], ['generic/ada/job'], ['generic/a', 'generic/b', 'generic/c']]) {
    await assert.rejects(run(...args), UsageError);
  }
  await assert.rejects(run('generic/ada', '--key-file', 'none'), /--key-file/);
  await assert.rejects(run('generic/ada', '--server', 'ftp://x'), /--server/);
});
