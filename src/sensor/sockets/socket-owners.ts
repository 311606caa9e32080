/**
 * Whose socket it is. Only flows that somebody says something of are looked up, a few a minute, so
 * nothing is kept ahead: a lookup reads which network namespaces there are (3 ms for 500 processes)
 * and their tables (3.5 ms each, at worst all of them). What was read is good for `TABLE_MS`, so
 * that a hundred flows at once read it once.
 */
import { readdirSync } from 'node:fs';
import { networkNamespacesMax } from '../../base/sensor-limits.ts';
import { readKernelFile, readKernelLink } from '../kernel-file.ts';
import { parseSocketTable, type Socket } from './socket-table.ts';

const TABLE_MS = 2_000;
/** Open files of one process that are looked through. */
const FILES_MAX = 4_096;

export interface SocketOwners {
  /** Processes that are looked through first: the busy ones. */
  setBusy(pids: readonly number[]): void;
  /** The process that has the socket with this near end; null when nobody is found. */
  pidOf(local: string): number | null;
  /** Connections in the namespace of a process. */
  connectionsOf(pid: number): readonly Socket[];
  /** Sockets and namespaces that found no room since it was last asked. */
  takeLost(): number;
  readonly tablesRead: number;
}

interface Namespace {
  /** The process through which its tables are read. */
  readonly pid: number;
  readonly sockets: readonly Socket[];
  readonly readMs: number;
}

export function createSocketOwners(proc: string, elapsedMs: () => number): SocketOwners {
  const tables = new Map<string, Namespace>();
  let pids: ReadonlyMap<string, number> = new Map();
  let listedMs = Number.NEGATIVE_INFINITY;
  let busy: readonly number[] = [];
  let lost = 0;
  let tablesRead = 0;

  const isFresh = (readMs: number): boolean => elapsedMs() - readMs < TABLE_MS;
  const listNamespaces = (): ReadonlyMap<string, number> => {
    if (isFresh(listedMs)) return pids;
    const found = namespacesIn(proc);
    lost += found.lost;
    pids = found.pids;
    listedMs = elapsedMs();
    for (const name of tables.keys()) if (!pids.has(name)) tables.delete(name);
    return pids;
  };
  const socketsIn = (name: string, pid: number): readonly Socket[] => {
    const known = tables.get(name);
    if (known !== undefined && isFresh(known.readMs)) return known.sockets;
    const read = ['tcp', 'tcp6'].map((table) => {
      return parseSocketTable(readKernelFile(`${proc}/${pid}/net/${table}`) ?? '');
    });
    const sockets = read.flatMap((table) => table.sockets);
    tables.set(name, { pid, sockets, readMs: elapsedMs() });
    lost += read.reduce((sum, table) => sum + table.lost, 0);
    tablesRead++;
    return sockets;
  };
  return {
    setBusy(now) {
      busy = now;
    },
    pidOf(local) {
      for (const [name, pid] of listNamespaces()) {
        const socket = socketsIn(name, pid).find((one) => one.local === local);
        if (socket === undefined) continue;
        const { inode } = socket;
        const owner = ownerOf(proc, inode, busy) ?? ownerOf(proc, inode, pidsOf(proc));
        if (owner !== null) return owner;
      }
      return null;
    },
    connectionsOf(pid) {
      const name = readKernelLink(`${proc}/${pid}/ns/net`);
      return name === null ? [] : socketsIn(name, pid);
    },
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
    get tablesRead() {
      return tablesRead;
    },
  };
}

/** Any process of each namespace, the longest-lived as a rule: low numbers come first. */
function namespacesIn(proc: string): { pids: ReadonlyMap<string, number>; lost: number } {
  const pids = new Map<string, number>();
  let lost = 0;
  for (const pid of pidsOf(proc)) {
    const name = readKernelLink(`${proc}/${pid}/ns/net`);
    if (name === null || pids.has(name)) continue;
    if (pids.size >= networkNamespacesMax) lost++;
    else pids.set(name, pid);
  }
  return { pids, lost };
}

function pidsOf(proc: string): readonly number[] {
  return readdirSync(proc)
    .map(Number)
    .filter((pid) => pid > 0);
}

function ownerOf(proc: string, inode: number, pids: readonly number[]): number | null {
  const wanted = `socket:[${inode}]`;
  return pids.find((pid) => hasFile(`${proc}/${pid}/fd`, wanted)) ?? null;
}

function hasFile(folder: string, wanted: string): boolean {
  try {
    const files = readdirSync(folder).slice(0, FILES_MAX);
    return files.some((file) => readKernelLink(`${folder}/${file}`) === wanted);
  } catch {
    return false;
  }
}
