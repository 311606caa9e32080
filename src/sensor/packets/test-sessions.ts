/**
 * A session of every stratum dialect, as its description has it. Hashes and addresses are made up
 * from a seed; the addresses have a valid checksum where there is one.
 */
import { sha256Hex } from '../../base/hash.ts';
import type { StratumDialect, StratumPhase } from '../../model/signal.ts';

export interface TestLine {
  readonly from: 'client' | 'server';
  readonly message: Readonly<Record<string, unknown>>;
}

export interface TestSession {
  readonly what: string;
  readonly dialect: StratumDialect;
  readonly phase: StratumPhase;
  readonly shares: number;
  readonly login: string;
  readonly agent: string;
  readonly lines: readonly TestLine[];
}

export const HASH = sha256Hex('davylamp');
const HASH_2 = sha256Hex('davylamp 2');
const HASH_3 = sha256Hex('davylamp 3');
const BLOB = `1010${HASH}${HASH_2}0000`;
const SOLUTION = HASH.repeat(20);
export const ETHEREUM = `0x${HASH.slice(0, 40)}`;

const c = (message: Readonly<Record<string, unknown>>): TestLine => ({ from: 'client', message });
const s = (message: Readonly<Record<string, unknown>>): TestLine => ({ from: 'server', message });

export const SESSIONS: readonly TestSession[] = [
  {
    what: 'Stratum v1',
    dialect: 'stratum-v1',
    phase: 'shares',
    shares: 1,
    login: 'gang.rig1',
    agent: 'cpuminer/2.5.1',
    lines: [
      c({ id: 1, method: 'mining.subscribe', params: ['cpuminer/2.5.1'] }),
      s({
        id: 1,
        result: [
          [
            ['mining.set_difficulty', 'a1'],
            ['mining.notify', 'a1'],
          ],
          '08000002',
          4,
        ],
        error: null,
      }),
      c({ id: 2, method: 'mining.authorize', params: ['gang.rig1', 'x'] }),
      s({ id: 2, result: true, error: null }),
      s({ id: null, method: 'mining.set_difficulty', params: [512] }),
      s({
        id: null,
        method: 'mining.notify',
        params: ['bf', HASH, '01000000', '0a', [HASH_2], '20000000', '1c2ac4af', '504e86b9', false],
      }),
      c({
        id: 4,
        method: 'mining.submit',
        params: ['gang.rig1', 'bf', '00000001', '504e86ed', 'b2957c02'],
      }),
      s({ id: 4, result: true, error: null }),
    ],
  },
  {
    what: 'Stratum v1 with version rolling, configured first',
    dialect: 'stratum-v1',
    phase: 'asked',
    shares: 0,
    login: '',
    agent: 'bmminer/2.0',
    lines: [
      c({
        id: 1,
        method: 'mining.configure',
        params: [['version-rolling'], { 'version-rolling.mask': '1fffe000' }],
      }),
      s({ id: 1, result: { 'version-rolling': true }, error: null }),
      c({ id: 2, method: 'mining.subscribe', params: ['bmminer/2.0'] }),
    ],
  },
  {
    what: 'Equihash',
    dialect: 'equihash',
    phase: 'shares',
    shares: 1,
    login: 'gang.rig1',
    agent: 'equihashminer',
    lines: [
      c({
        id: 1,
        method: 'mining.subscribe',
        params: ['equihashminer', null, 'pool.example', '6666'],
      }),
      s({ id: 1, result: [null, 'e66c000000000000bbb0a52bb340bc35'], error: null }),
      c({ id: 2, method: 'mining.authorize', params: ['gang.rig1', 'x'] }),
      s({ id: null, method: 'mining.set_target', params: [`0004${HASH.slice(4)}`] }),
      s({
        id: null,
        method: 'mining.notify',
        params: ['77', '04000000', HASH, HASH_2, HASH_3, '25ed7c58', '83837b1c', true],
      }),
      c({
        id: 4,
        method: 'mining.submit',
        params: ['gang.rig1', '77', '61ed7c58', 'f30c000000000000', SOLUTION],
      }),
    ],
  },
  {
    what: 'Monero as xmrig speaks it today',
    dialect: 'monero',
    phase: 'shares',
    shares: 1,
    login: 'gang',
    agent: 'XMRig/6.22.0 (Linux x86_64)',
    lines: [
      c({
        id: 1,
        jsonrpc: '2.0',
        method: 'login',
        params: {
          login: 'gang',
          pass: 'x',
          agent: 'XMRig/6.22.0 (Linux x86_64)',
          rigid: 'rig1',
          algo: ['rx/0', 'cn/r'],
        },
      }),
      s({
        id: 1,
        jsonrpc: '2.0',
        error: null,
        result: {
          id: 'f1',
          job: { blob: BLOB, job_id: 'j1', target: 'b88d0600', algo: 'rx/0', seed_hash: HASH },
          extensions: ['algo', 'keepalive'],
          status: 'OK',
        },
      }),
      s({
        jsonrpc: '2.0',
        method: 'job',
        params: { blob: BLOB, job_id: 'j2', target: 'b88d0600', height: 3_000_000 },
      }),
      c({
        id: 2,
        jsonrpc: '2.0',
        method: 'submit',
        params: { id: 'f1', job_id: 'j2', nonce: 'd0030040', result: HASH_2 },
      }),
      s({ id: 2, jsonrpc: '2.0', error: null, result: { status: 'OK' } }),
      c({ id: 3, jsonrpc: '2.0', method: 'keepalived', params: { id: 'f1' } }),
    ],
  },
  {
    what: 'a miner in a web page',
    dialect: 'monero',
    phase: 'shares',
    shares: 1,
    login: 'SITEKEY0123456789',
    agent: '',
    lines: [
      c({ type: 'auth', params: { site_key: 'SITEKEY0123456789', type: 'anonymous', user: null } }),
      s({ type: 'authed', params: { token: '', hashes: 0 } }),
      s({ type: 'job', params: { job_id: '164698158344253', blob: BLOB, target: 'ffffff00' } }),
      c({ type: 'submit', params: { job_id: '164698158344253', nonce: 'b2957c02', result: HASH } }),
    ],
  },
  {
    what: 'eth-proxy',
    dialect: 'eth-proxy',
    phase: 'shares',
    shares: 1,
    login: ETHEREUM,
    agent: '',
    lines: [
      c({
        worker: 'eth1.0',
        jsonrpc: '2.0',
        params: [ETHEREUM, 'x'],
        id: 2,
        method: 'eth_submitLogin',
      }),
      s({ jsonrpc: '2.0', id: 2, result: true }),
      c({ worker: '', jsonrpc: '2.0', params: [], id: 3, method: 'eth_getWork' }),
      s({ jsonrpc: '2.0', id: 0, result: [`0x${HASH}`, `0x${HASH_2}`, `0x${HASH_3}`] }),
      c({
        id: 4,
        worker: 'eth1.0',
        method: 'eth_submitWork',
        params: ['0x0000000000000001', `0x${HASH}`, `0x${HASH_2}`],
      }),
    ],
  },
  {
    what: 'EthereumStratum/1.0.0',
    dialect: 'ethereum-stratum',
    phase: 'shares',
    shares: 1,
    login: 'gang.rig1',
    agent: 'ethminer/0.19',
    lines: [
      c({ id: 1, method: 'mining.subscribe', params: ['ethminer/0.19', 'EthereumStratum/1.0.0'] }),
      s({
        id: 1,
        result: [['mining.notify', 'ae6812eb', 'EthereumStratum/1.0.0'], '080c'],
        error: null,
      }),
      c({ id: 3, method: 'mining.authorize', params: ['gang.rig1', 'x'] }),
      s({ id: null, method: 'mining.set_difficulty', params: [0.5] }),
      s({ id: null, method: 'mining.set_extranonce', params: ['af4c'] }),
      s({ id: null, method: 'mining.notify', params: ['bf0488aa', HASH, HASH_2, true] }),
      c({ id: 244, method: 'mining.submit', params: ['gang.rig1', 'bf0488aa', '6a909d9bbc0f'] }),
    ],
  },
  {
    what: 'EthereumStratum/2.0.0',
    dialect: 'ethereum-stratum',
    phase: 'asked',
    shares: 0,
    login: 'gang',
    agent: 'ethminer-0.17',
    lines: [
      c({
        id: 0,
        method: 'mining.hello',
        params: {
          agent: 'ethminer-0.17',
          host: 'pool.example',
          port: '4d2',
          proto: 'EthereumStratum/2.0.0',
        },
      }),
      s({ id: 0, result: { proto: 'EthereumStratum/2.0.0', encoding: 'plain' } }),
      c({ id: 1, method: 'mining.subscribe' }),
      c({ id: 2, method: 'mining.authorize', params: ['gang', 'x'] }),
      s({ method: 'mining.set', params: { epoch: 'dc', target: '0112e0be', algo: 'ethash' } }),
    ],
  },
  {
    what: 'KawPow',
    dialect: 'ethereum-stratum',
    phase: 'shares',
    shares: 1,
    login: 'gang.rig1',
    agent: 'kawpowminer/1.2.4',
    lines: [
      c({ id: 1, method: 'mining.subscribe', params: ['kawpowminer/1.2.4'] }),
      s({ id: 1, result: [null, '6e59'], error: null }),
      c({ id: 2, method: 'mining.authorize', params: ['gang.rig1', 'x'] }),
      s({ id: null, method: 'mining.set_target', params: [HASH] }),
      s({
        id: null,
        method: 'mining.notify',
        params: ['1', HASH, HASH_2, HASH_3, true, 1_234_567, '1b00e1c5'],
      }),
      c({
        id: 40,
        method: 'mining.submit',
        params: ['gang.rig1', '1', '0x6e5936ba0e6d2fa8', `0x${HASH}`, `0x${HASH_2}`],
      }),
    ],
  },
];
