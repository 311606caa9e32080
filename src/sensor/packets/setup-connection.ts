/**
 * Stratum v2 in the open, which its specification allows on a local network only: the first frame
 * is SetupConnection. Extension 0, message 0, length (3, little-endian), then protocol (0 mining,
 * 1 job declaration, 2 template distribution), lowest and highest version (2), flags (4), and texts
 * with their length before them: host, then port (2), vendor, hardware, firmware, device.
 */
export interface SetupConnection {
  readonly vendor: string;
  readonly device: string;
}

const FRAME_HEAD = 6;
const FIXED = 9;
const LENGTH_MAX = 2_048;

export function readSetupConnection(head: Uint8Array): SetupConnection | 'more' | null {
  if (head.slice(0, 3).some((byte) => byte !== 0)) return null;
  if (head.length < FRAME_HEAD + FIXED) return 'more';
  const length = (head[3] ?? 0) | ((head[4] ?? 0) << 8) | ((head[5] ?? 0) << 16);
  const [protocol = 9, low = 0, low2 = 0, high = 0, high2 = 0] = head.subarray(FRAME_HEAD);
  const isVersion2 = low === 2 && low2 === 0 && high === 2 && high2 === 0;
  if (protocol > 2 || !isVersion2 || length < FIXED + 3 || length > LENGTH_MAX) return null;
  if (head.length < FRAME_HEAD + length) return 'more';
  const body = head.subarray(FRAME_HEAD + FIXED, FRAME_HEAD + length);
  // The host's text, its port, and four texts more; they fill the frame or it is another protocol.
  let at = 1 + (body[0] ?? 0) + 2;
  const texts: string[] = [];
  for (let i = 0; i < 4 && at < body.length; i++) {
    const size = body[at] ?? 0;
    texts.push(Buffer.from(body.subarray(at + 1, at + 1 + size)).toString('latin1'));
    at += 1 + size;
  }
  if (at !== body.length || texts.length !== 4) return null;
  return { vendor: texts[0] ?? '', device: texts[3] ?? '' };
}
