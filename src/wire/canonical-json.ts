import { sha256Hex } from '../base/hash.ts';
import { isObject, type Json } from '../base/json.ts';

/**
 * One text for one value, whatever order its keys arrived in: keys sorted by UTF-16 units, no
 * blanks, as RFC 8785 has it. The caller has bounded the depth (`parseJson`), so recursion is safe.
 */
export function canonicalJson(value: Json): string {
  if (isObject(value)) {
    const member = (key: string): string =>
      `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`;
    return `{${Object.keys(value).sort().map(member).join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // `JSON.parse` reads 1e999 as Infinity, which `JSON.stringify` would write as null.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return JSON.stringify(value);
}

/** SHA-256 of the canonical text, hex: equal for two bodies that say the same. */
export function canonicalHash(value: Json): string {
  return sha256Hex(canonicalJson(value));
}
