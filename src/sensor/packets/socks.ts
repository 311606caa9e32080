/**
 * SOCKS 4, 4a and 5, both directions, up to where what is carried begins.
 *
 * 5  client: 5, n, n methods · (1, user, password) · 5, 1, 0, type, address, port
 *    server: 5, method · (1, status) · 5, status, 0, type, address, port
 * 4  client: 4, 1, port, address, user, 0 · (host, 0 where the address is 0.0.0.x)
 *    server: 0, status, port, address
 */
export interface SocksRequest {
  /** The name, or the address, that the client wants to reach. */
  readonly host: string;
  readonly version: 4 | 5;
  readonly hasPassword: boolean;
  /** Where what is carried begins. */
  readonly end: number;
}

export type Socks = SocksRequest | 'more' | null;

export function readSocksRequest(bytes: Uint8Array): Socks {
  if (bytes[0] === 4) return readSocks4(bytes);
  const methods = bytes[1];
  if (bytes[0] !== 5 || methods === 0 || (methods ?? 1) > 16) return null;
  if (methods === undefined || bytes.length < 2 + methods) return 'more';
  // Methods are few and small; a binary protocol that begins with 5 has something else here.
  if (bytes.subarray(2, 2 + methods).some((method) => method > 9)) return null;
  const at = 2 + methods;
  if (bytes.length === at) return 'more';
  if (bytes[at] === 5) return readSocks5Target(bytes, at, false);
  if (bytes[at] !== 1) return null;
  const user = bytes[at + 1] ?? 0;
  const password = bytes[at + 2 + user];
  if (password === undefined) return 'more';
  return readSocks5Target(bytes, at + 3 + user + password, true);
}

function readSocks5Target(bytes: Uint8Array, at: number, hasPassword: boolean): Socks {
  if (bytes.length < at + 5) return 'more';
  if (bytes[at] !== 5 || bytes[at + 1] !== 1) return null;
  const start = at + 4;
  const length = addressLength(bytes, start);
  if (length === null) return null;
  const end = start + length + 2;
  if (bytes.length < end) return 'more';
  const isName = bytes[at + 3] === 3;
  const host = isName
    ? textOf(bytes.subarray(start + 1, start + length))
    : bytes.subarray(start, start + length).join('.');
  return { host, version: 5, hasPassword, end };
}

/** Length of an address whose type stands before it, with the length of a name. */
function addressLength(bytes: Uint8Array, start: number): number | null {
  switch (bytes[start - 1]) {
    case 1:
      return 4;
    case 3:
      return 1 + (bytes[start] ?? 0);
    case 4:
      return 16;
    default:
      return null;
  }
}

const TEXT_MAX = 255;

function readSocks4(bytes: Uint8Array): Socks {
  if (bytes.length > 1 && bytes[1] !== 1) return null;
  const user = bytes.indexOf(0, 8);
  if (bytes.length < 9 || user < 0) return bytes.length > TEXT_MAX ? null : 'more';
  const hasName = bytes.subarray(4, 7).every((byte) => byte === 0) && bytes[7] !== 0;
  if (!hasName) {
    const host = bytes.subarray(4, 8).join('.');
    return { host, version: 4, hasPassword: false, end: user + 1 };
  }
  const name = bytes.indexOf(0, user + 1);
  if (name < 0) return bytes.length > 2 * TEXT_MAX ? null : 'more';
  const host = textOf(bytes.subarray(user + 1, name));
  return { host, version: 4, hasPassword: false, end: name + 1 };
}

/** Where what the server carries begins behind its answers. */
export function readSocksAnswer(
  bytes: Uint8Array,
  { version, hasPassword }: SocksRequest,
): number | 'more' | null {
  if (version === 4) return bytes.length < 8 ? 'more' : 8;
  const at = hasPassword ? 4 : 2;
  if (bytes.length < at + 5) return 'more';
  const length = addressLength(bytes, at + 4);
  if (length === null) return null;
  const end = at + 4 + length + 2;
  return bytes.length < end ? 'more' : end;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
