/** What a packet carries for one flow. Bytes are views into the packet. */
export interface Segment {
  readonly protocol: 'tcp' | 'udp';
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** TCP: sequence number of the first byte of `payload`. */
  readonly sequence: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly reset: boolean;
  readonly payload: Uint8Array;
}

/** An address of 4 or 16 bytes and a port. */
export interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.length === 4 ? `${address.join('.')}:${port}` : `[${formatIpv6(address)}]:${port}`;
}

/** RFC 5952: the longest run of zeros, of two words at least, is left out. */
function formatIpv6(address: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, i) => {
    return ((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0);
  });
  let [from, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && words[end] === 0) end++;
    if (end - i > length) [from, length] = [i, end - i];
  }
  const hex = words.map((word) => word.toString(16));
  if (from < 0) return hex.join(':');
  return `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
}
