/**
 * The dialects that share the methods of `mining.*` differ in what stands behind them.
 *
 * mining.subscribe   stratum-v1        [agent, session?]
 *                    equihash          [agent, null, host, port]
 *                    ethereum-stratum  [agent, "EthereumStratum/…"]
 * mining.notify      stratum-v1        merkle branches, a list, at 4
 *                    equihash          hashes at 2, 3 and 4, `clean` at 7
 *                    ethereum-stratum  4 with hashes at 1 and 2, or KawPow's 7 with `clean` at 4
 * mining.submit      stratum-v1        5 or 6, short digits
 *                    equihash          5, a solution at 4
 *                    ethereum-stratum  3, or KawPow's 5 with `0x`
 */
import type { Json } from '../../base/json.ts';
import type { StratumDialect } from '../../model/signal.ts';

/** What the parameters of a method, or without one the result of a subscription, look like. */
export function dialectByShape(method: string, params: Json): StratumDialect | null {
  if (!Array.isArray(params)) return null;
  return SHAPES[method]?.(params) ?? null;
}

type Shape = (params: readonly Json[]) => StratumDialect | null;

const SHAPES: Readonly<Record<string, Shape>> = {
  'mining.subscribe': (params) => {
    if (params.some(isEthereumStratum)) return 'ethereum-stratum';
    const [, , host, port] = params;
    return typeof host === 'string' && host !== '' && isPort(port) ? 'equihash' : null;
  },
  'mining.notify': (params) => {
    if (Array.isArray(params[4])) return 'stratum-v1';
    if (typeof params[7] === 'boolean' && [2, 3, 4].every((i) => isHash(params[i]))) {
      return 'equihash';
    }
    if (params.length === 4 && isHash(params[1]) && isHash(params[2])) return 'ethereum-stratum';
    // KawPow: job, header, seed, target, clean, height, bits.
    const isKawpow = isHash(params[1]) && isHash(params[2]) && typeof params[4] === 'boolean';
    return isKawpow ? 'ethereum-stratum' : null;
  },
  'mining.submit': (params) => {
    if (params.length === 3) return 'ethereum-stratum';
    const [, , third, fourth, fifth] = params;
    if (typeof fifth !== 'string') return null;
    // The shortest solution of Equihash in use has 52 bytes.
    if (fifth.length > 66) return 'equihash';
    return [third, fourth, fifth].every(isPrefixed) ? 'ethereum-stratum' : 'stratum-v1';
  },
  'mining.set_target': () => null,
  // The result of a subscription: [["mining.notify", session, "EthereumStratum/1.0.0"], …].
  '': (result) => {
    const [first] = result;
    const isEthereum = Array.isArray(first) && first.some(isEthereumStratum);
    return isEthereum ? 'ethereum-stratum' : null;
  },
};

function isEthereumStratum(value: Json): boolean {
  return typeof value === 'string' && value.startsWith('EthereumStratum/');
}

function isPort(value: Json | undefined): boolean {
  const port = typeof value === 'string' ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
}

const HASH = /^(?:0x)?[0-9a-fA-F]{64}$/;

function isHash(value: Json | undefined): boolean {
  return typeof value === 'string' && HASH.test(value);
}

function isPrefixed(value: Json | undefined): boolean {
  return typeof value === 'string' && value.startsWith('0x');
}
