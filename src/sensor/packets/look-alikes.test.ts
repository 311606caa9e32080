/** Protocols that use the same words or the same form, and are no mining. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../base/prng.ts';
import { bitsOfSignal } from '../../runtime/bits-of-signal.ts';
import { SUSPECTED_BITS_MIN } from '../../runtime/weights.ts';
import { packetsOf, TestTalk } from './test-capture.ts';
import { HASH, SESSIONS } from './test-sessions.ts';
import { watch } from './test-watch.ts';

const work = [`0x${HASH}`, `0x${HASH}`, `0x${HASH}`, '0x10'];
const post = (message: unknown, head = ''): string => {
  const body = JSON.stringify(message);
  const length = `${head}Content-Length: ${body.length}`;
  return `POST / HTTP/1.1\r\nHost: node.example:8545\r\n${length}\r\n\r\n${body}`;
};
const answer = (message: unknown): string => {
  const body = JSON.stringify(message);
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};
const rpc = (message: unknown): string => {
  const body = JSON.stringify(message);
  return `Content-Length: ${body.length}\r\n\r\n${body}`;
};
const pool = JSON.stringify({ id: 1, method: 'mining.subscribe', params: ['x/1'] });

/** Not a word of mining may be seen in these. */
const SILENT: Readonly<Record<string, TestTalk>> = {
  'a node of Ethereum is asked for blocks': new TestTalk()
    .client(post({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] }))
    .server(answer({ jsonrpc: '2.0', id: 1, result: '0x10d4f' }))
    .client(post({ jsonrpc: '2.0', id: 2, method: 'eth_getLogs', params: [{}] }))
    .server(answer({ jsonrpc: '2.0', id: 2, result: [{ topics: work }] })),
  'a language server': new TestTalk()
    .client(rpc({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { capabilities: {} } }))
    .server(rpc({ jsonrpc: '2.0', id: 0, result: { capabilities: {} } }))
    .client(
      rpc({
        jsonrpc: '2.0',
        method: 'textDocument/didOpen',
        params: { textDocument: { uri: 'file:///pool.js', text: pool } },
      }),
    ),
  'a tool server (MCP) with a tool named login': new TestTalk()
    .lines('client', {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'login', arguments: { login: 'bob', pass: 'x', agent: 'a/1' } },
    })
    .lines('server', { jsonrpc: '2.0', id: 1, result: { content: [{ text: pool }] } }),
  'Electrum': new TestTalk()
    .lines(
      'client',
      { id: 0, method: 'server.version', params: ['electrum/4.5', '1.4'] },
      { id: 1, method: 'blockchain.scripthash.subscribe', params: [HASH] },
    )
    .lines(
      'server',
      { id: 1, result: HASH },
      { method: 'blockchain.headers.subscribe', params: [] },
    ),
  'a node of Bitcoin is asked for a template, and given a block': new TestTalk()
    .client(post({ id: 1, method: 'getblocktemplate', params: [{ rules: ['segwit'] }] }))
    .server(answer({ id: 1, result: { height: 1, target: HASH, previousblockhash: HASH } }))
    .client(post({ id: 2, method: 'submitblock', params: [HASH.repeat(3)] }))
    .client(post({ id: 3, method: 'getmininginfo', params: [] })),
  'a service with a login': new TestTalk()
    .lines('client', { id: 1, method: 'login', params: { login: 'bob', pass: 'secret' } })
    .lines('server', { id: 1, result: { id: 'session', status: 'OK' } }),
  'a queue of jobs': new TestTalk()
    .lines('client', { type: 'auth', params: { token: 'x', user: 'ci' } })
    .lines('server', { type: 'job', params: { job_id: '1', target: 'x86', blob: 'build.tgz' } })
    .lines('client', { method: 'submit', params: { job_id: '1', nonce: '1', result: 'passed' } }),
  'Redis keeps lines of a pool': new TestTalk()
    .client(`*3\r\n$5\r\nLPUSH\r\n$1\r\nq\r\n$${pool.length}\r\n${pool}\r\n`)
    .server(':1\r\n'),
  'a log of a pool is shipped': new TestTalk()
    .client(
      `POST /_bulk HTTP/1.1\r\nContent-Length: ${pool.length + 13}\r\n\r\n{"index":{}}\n${pool}`,
    )
    .server(answer({ errors: false })),
  'a log line quotes a miner': new TestTalk().lines('client', {
    '@timestamp': '2026-11-23T00:00:00Z',
    'message': pool,
    'fields': { method: 'mining.subscribe' },
  }),
  'data is mined': new TestTalk()
    .lines('client', { id: 1, method: 'mining.start', params: ['apriori'] })
    .lines('client', { id: 2, method: 'mining.results', params: [] }),
  'mail': new TestTalk()
    .server('220 mx.example ESMTP\r\n')
    .client('EHLO a\r\n')
    .client(`${pool}\r\n`),
  'a session inside TLS': sealed(),
  'PostgreSQL': new TestTalk()
    .client(Buffer.from('00000024000300007573657200626f6200646174616261736500636900000000', 'hex'))
    .server(Buffer.from('520000000800000000', 'hex'))
    .client(Buffer.concat([Buffer.from('5100000050', 'hex'), Buffer.from(`SELECT '${pool}'\0`)])),
  'MQTT': new TestTalk()
    .client(Buffer.from('101000044d5154540402003c000464617679', 'hex'))
    .server(Buffer.from('20020000', 'hex'))
    .client(Buffer.concat([Buffer.from('3050000161', 'hex'), Buffer.from(pool)])),
};

/** A session as a stranger sees it: records of TLS with noise in them. */
function sealed(): TestTalk {
  const prng = new Prng(7);
  const talk = new TestTalk();
  for (const { from, message } of SESSIONS[0]?.lines ?? []) {
    const length = JSON.stringify(message).length + 17;
    const noise = Array.from({ length }, () => prng.below(256));
    talk[from](Uint8Array.from([23, 3, 3, length >> 8, length & 255, ...noise]));
  }
  return talk;
}

for (const [what, talk] of Object.entries(SILENT)) {
  test(`nothing is said of: ${what}`, () => {
    assert.deepEqual(watch(packetsOf(talk.close().segments)), []);
  });
}

test('work that a node of Ethereum gives out is a hint and no more, by HTTP and by WebSocket', () => {
  const asked = { jsonrpc: '2.0', id: 1, method: 'eth_getWork', params: [] };
  const given = { jsonrpc: '2.0', id: 1, result: work };
  const http = new TestTalk();
  for (let i = 0; i < 30; i++) http.client(post(asked)).server(answer(given));
  const tcp = new TestTalk().lines('client', asked).lines('server', given);
  const hosted = new TestTalk()
    .client(post(asked).replace('POST /', `POST /v3/${HASH.slice(0, 32)}`))
    .server(answer(given));
  for (const talk of [http, tcp, hosted]) {
    const signals = watch(packetsOf(talk.close().segments));
    assert.ok(signals.length > 0);
    for (const signal of signals) assert.ok(bitsOfSignal(signal) < SUSPECTED_BITS_MIN);
  }
});

test('peers that speak a binary protocol of their own', () => {
  const prng = new Prng(11);
  for (let i = 0; i < 200; i++) {
    const talk = new TestTalk();
    const length = i === 0 ? 64 : 1 + prng.below(600);
    for (let turn = 0; turn < 12; turn++) {
      const bytes = Uint8Array.from({ length }, () => prng.below(256));
      talk[turn % 2 === 0 ? 'client' : 'server'](bytes).wait(prng.below(20_000));
    }
    assert.deepEqual(watch(packetsOf(talk.segments)), []);
  }
});
