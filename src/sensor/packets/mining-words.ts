/**
 * The words of the stratum dialects, each with who says it and how far a session is when it is
 * said. Methods are looked up whole and never by a part: `mining.` begins many a method of data
 * mining.
 */
import type { StratumDialect } from '../../model/signal.ts';

export interface MiningWord {
  readonly from: 'client' | 'server';
  readonly phase: 'asked' | 'served' | 'shares';
  readonly dialect: StratumDialect;
  /** Other dialects have the word too, and what they show besides weighs more. */
  readonly isShared: boolean;
}

const ask: MiningWord = { from: 'client', phase: 'asked', dialect: 'stratum-v1', isShared: true };
const tell: MiningWord = { ...ask, from: 'server' };
const ethereum: MiningWord = { ...ask, dialect: 'ethereum-stratum', isShared: false };
const proxy: MiningWord = { ...ask, dialect: 'eth-proxy', isShared: false };
const node: MiningWord = { ...ask, dialect: 'getwork' };

/** Words that stand for mining by themselves. */
export const MINING_WORDS: ReadonlyMap<string, MiningWord> = new Map<string, MiningWord>([
  ['mining.subscribe', ask],
  ['mining.authorize', ask],
  ['mining.configure', ask],
  ['mining.extranonce.subscribe', ask],
  ['mining.suggest_difficulty', ask],
  ['mining.suggest_target', ask],
  ['mining.get_transactions', ask],
  ['mining.multi_version', ask],
  ['mining.submit', { ...ask, phase: 'shares' }],
  ['mining.notify', { ...tell, phase: 'served' }],
  ['mining.set_difficulty', tell],
  ['mining.set_target', tell],
  ['mining.set_extranonce', tell],
  ['mining.set_version_mask', tell],
  // EthereumStratum/2.0.0.
  ['mining.hello', ethereum],
  ['mining.hashrate', ethereum],
  ['mining.set', { ...ethereum, from: 'server' }],
  ['eth_submitLogin', proxy],
  ['eth_login', proxy],
  // Nodes of Ethereum answer these as well.
  ['eth_submitHashrate', node],
  ['eth_getWork', node],
  ['eth_submitWork', { ...node, phase: 'shares' }],
]);
