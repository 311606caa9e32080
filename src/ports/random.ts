/** Randomness, so that a seed can replace it. */
export interface Random {
  bytes(length: number): Uint8Array;
}
