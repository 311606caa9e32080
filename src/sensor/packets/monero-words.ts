/**
 * The words of CryptoNote's dialect, which Monero's and all RandomX miners speak. `login`, `job`
 * and `submit` are words of many protocols, so each counts by what it carries.
 */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { isHex, textOf } from './json-values.ts';

/** A miner says what it is or what it can compute; an address is longer than anybody's name. */
const ADDRESS_LENGTH_MIN = 90;

export function isMoneroLogin(method: string, params: JsonObject): boolean {
  if (method === 'auth') return textOf(params['site_key']) !== '' && 'user' in params;
  if (method !== 'login' && method !== 'handshake') return false;
  const login = textOf(params['login']);
  if (login === '') return false;
  const hasMinersKey = Array.isArray(params['algo']) || 'rigid' in params || 'agent' in params;
  return login.length >= ADDRESS_LENGTH_MIN || (hasMinersKey && 'pass' in params);
}

/** The shortest block template that a nonce is tried in has 76 bytes; some pools cut less. */
const BLOB_DIGITS_MIN = 72;

export function isMoneroJob(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const { job_id: id, blob, target, seed_hash: seed } = value;
  const hasId = typeof id === 'string' || typeof id === 'number';
  return hasId && isHex(blob, BLOB_DIGITS_MIN) && (isHex(target, 1) || isHex(seed, 64));
}

export function isMoneroShare(method: string, params: JsonObject): boolean {
  if (method !== 'submit' && method !== 'solved') return false;
  const { job_id: id, nonce, result } = params;
  const hasId = typeof id === 'string' || typeof id === 'number';
  return hasId && isHex(nonce, 4) && isHex(result, 64);
}
