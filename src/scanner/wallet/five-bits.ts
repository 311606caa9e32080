/** Groups of bits: base-32 formats carry bytes in characters of five bits. */

/** Eight-bit groups as five-bit groups, the last one filled with zeros. */
export function toFiveBits(bytes: Uint8Array): readonly number[] {
  const groups: number[] = [];
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; ) {
      bits -= 5;
      groups.push((value >> bits) & 31);
    }
  }
  if (bits > 0) groups.push((value << (5 - bits)) & 31);
  return groups;
}

/** Bytes that so many groups hold, or -1 when the filling is not fewer than 5 zero bits. */
export function bytesInFiveBits(groups: readonly number[]): number {
  const filling = (groups.length * 5) % 8;
  if (filling >= 5) return -1;
  const last = groups.at(-1) ?? 0;
  if ((last & ((1 << filling) - 1)) !== 0) return -1;
  return Math.floor((groups.length * 5) / 8);
}
