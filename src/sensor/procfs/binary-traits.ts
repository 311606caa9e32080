/**
 * What is odd about a program, by where its file is and what it calls itself.
 *
 * Names lie in honest ways too: a script has its own name and an interpreter's file, servers write
 * their state into their name, one file serves many names. So `renamed` is only said of names that
 * no job's own program has: a thread of the kernel, or a service of the host or the runner whose
 * file stands in none of the places where such are installed.
 */
import type { BinaryTrait } from '../../model/signal.ts';

/** Names that real campaigns have given their programs, and services worth pretending to be. */
const SERVICES = new Set([
  'Runner.Worker',
  'Runner.Listener',
  'act_runner',
  'forgejo-runner',
  'gitlab-runner',
  'woodpecker-agent',
  'circleci',
  'system-update',
  'haproxy',
  'avast',
  'sshd',
  'cron',
  'crond',
  'dbus-daemon',
  'containerd',
  'containerd-shim',
  'dockerd',
  'kubelet',
  'rsyslogd',
  'agetty',
  'udevd',
  'watchdogd',
  'irqbalance',
]);

const INSTALLED = [
  '/usr/',
  '/bin/',
  '/sbin/',
  '/lib/',
  '/lib64/',
  '/opt/',
  '/snap/',
  '/nix/',
  '/var/lib/',
  '/home/runner/actions-runner/',
  '/home/runner/runners/',
];

const TEMPORARY = ['/tmp/', '/var/tmp/', '/dev/shm/', '/run/user/'];

export interface Program {
  /** `/proc/PID/comm`. */
  readonly name: string;
  /** The first word of its command line; empty for threads of the kernel. */
  readonly called: string;
  /** The target of `/proc/PID/exe`, ` (deleted)` included. */
  readonly file: string;
}

export function binaryTraits({ name, called, file }: Program): readonly BinaryTrait[] {
  const traits: BinaryTrait[] = [];
  const isMemory = file.startsWith('/memfd:');
  if (isMemory) traits.push('memfd');
  else if (file.endsWith(' (deleted)')) traits.push('deleted');
  if (TEMPORARY.some((folder) => file.startsWith(folder))) traits.push('temporary');
  const isInstalled = INSTALLED.some((folder) => file.startsWith(folder));
  if (isKernelName(name) || isKernelName(called)) traits.push('renamed');
  else if (!isInstalled && [name, lastPart(called), fileName(file)].some(isService)) {
    traits.push('renamed');
  }
  return traits;
}

/** A thread of the kernel has no file, so whatever has one and such a name is none. */
function isKernelName(name: string): boolean {
  return (name.startsWith('[') && name.endsWith(']')) || name.startsWith('kworker/');
}

/** `comm` ends after 15 bytes. */
function isService(name: string): boolean {
  return SERVICES.has(name) || name.startsWith('systemd-');
}

export function fileName(file: string): string {
  const path = file.endsWith(' (deleted)') ? file.slice(0, -10) : file;
  return lastPart(path);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Bits a byte above which machine code is compressed or encrypted: plain code has about 6. */
const PACKED_ENTROPY_MIN = 7.5;

/** Whether the first bytes of a program look packed: a packer's mark, or code without a pattern. */
export function isPacked(head: Uint8Array): boolean {
  if (head.length < 4_096 || head[0] !== 0x7f) return false;
  const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return (
    start.subarray(0, 1_024).includes('UPX!') ||
    entropyOf(head.subarray(1_024)) > PACKED_ENTROPY_MIN
  );
}

function entropyOf(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  }
  return bits;
}
