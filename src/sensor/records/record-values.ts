/** Values of records that others wrote: there or not, of the right type or not. */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { signalTextLengthMax } from '../../base/sensor-limits.ts';
import { type EpochMs, parseTime } from '../../base/time.ts';

export function textIn(record: JsonObject, key: string): string {
  const value = record[key];
  return typeof value === 'string' ? value : '';
}

export function objectIn(record: JsonObject, key: string): JsonObject {
  const value = record[key];
  return isObject(value) ? value : {};
}

export function listIn(record: JsonObject, key: string): readonly Json[] {
  const value = record[key];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** A number, or a text that is one: 64 bits do not fit a double, so many write them as texts. */
export function numberIn(record: JsonObject, key: string): number | null {
  const value = record[key];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

export function countIn(record: JsonObject, key: string): number {
  return Math.max(0, Math.floor(numberIn(record, key) ?? 0));
}

export function timeIn(record: JsonObject, key: string): EpochMs | null {
  const value = record[key];
  return typeof value === 'string' ? parseTime(value) : null;
}

/** A text from outside as it may stand in a log: printable, bounded. */
export function plain(text: string): string {
  return text.slice(0, signalTextLengthMax).replace(/[^\x20-\x7e]/g, '?');
}

/** `address:port`, an address of IPv6 in brackets; empty without an address. */
export function endOf(address: string, port: number | null): string {
  if (address === '') return '';
  return plain(address.includes(':') ? `[${address}]:${port ?? 0}` : `${address}:${port ?? 0}`);
}
