import type { Json } from '../../base/json.ts';

/** Hexadecimal digits, at least so many, with or without `0x`. */
export function isHex(value: Json | undefined, lengthMin: number): boolean {
  return typeof value === 'string' && value.length >= lengthMin && HEX.test(value);
}

const HEX = /^(?:0x)?[0-9a-fA-F]+$/;

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
