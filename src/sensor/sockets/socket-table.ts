/**
 * `/proc/PID/net/tcp` and `tcp6`: the TCP sockets of a process's network namespace. Read once a
 * namespace and never once a process, for it walks the whole namespace: 3.5 ms.
 */
import { hostSocketsMax } from '../../base/sensor-limits.ts';

export interface Socket {
  /** `address:port`, IPv6 in brackets. */
  readonly local: string;
  readonly remote: string;
  readonly inode: number;
}

export interface SocketTable {
  readonly sockets: readonly Socket[];
  readonly lost: number;
}

const ESTABLISHED = '01';

/** Connections that are established. */
export function parseSocketTable(text: string): SocketTable {
  const sockets: Socket[] = [];
  let lost = 0;
  for (const line of text.split('\n')) {
    const [, local = '', remote = '', state, , , , , , inode] = line.trim().split(/\s{1,64}/);
    if (state !== ESTABLISHED) continue;
    if (sockets.length >= hostSocketsMax) lost++;
    else sockets.push({ local: endOf(local), remote: endOf(remote), inode: Number(inode) });
  }
  return { sockets, lost };
}

/** `0100007F:0D05`: the address in the host's byte order by words of 4, the port as it is. */
function endOf(text: string): string {
  const [address = '', port = ''] = text.split(':');
  const number = Number.parseInt(port, 16);
  return address.length === 8 ? `${ipv4(address)}:${number}` : `${ipv6(address)}:${number}`;
}

function ipv4(word: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)).join('.');
}

function ipv6(words: string): string {
  const bytes = [0, 8, 16, 24].map((at) => swapped(words.slice(at, at + 8))).join('');
  if (bytes.startsWith('00000000000000000000FFFF')) return ipv4(words.slice(24));
  const groups = Array.from({ length: 8 }, (_, i) => {
    return Number.parseInt(bytes.slice(i * 4, i * 4 + 4), 16).toString(16);
  });
  return `[${shortened(groups)}]`;
}

function swapped(word: string): string {
  return [6, 4, 2, 0].map((at) => word.slice(at, at + 2)).join('');
}

/** The longest run of zeros, of two or more, becomes `::`. */
function shortened(groups: readonly string[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length === 1) return groups.join(':');
  const before = groups.slice(0, best.start).join(':');
  return `${before}::${groups.slice(best.start + best.length).join(':')}`;
}
