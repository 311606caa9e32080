/**
 * Whose socket it is. Only flows that somebody says something of are looked up, a few a minute, so
 * nothing is kept but which process stands for which network namespace; a table that was read is
 * good for `TABLE_MS`, so that a hundred flows at once read it once.
 */
import { readdirSync } from 'node:fs';
import { networkNamespacesMax } from '../../base/limits.ts';
import { readKernelFile, readKernelLink } from '../kernel-file.ts';
import { parseSocketTable, type Socket } from './socket-table.ts';

const TABLE_MS = 2_000;
/** Open files of one process that are looked through. */
const FILES_MAX = 4_096;

export interface SocketOwners {
  /** Tells of a process that was seen; its namespace's sockets can be found from then on. */
  noteProcess(pid: number): void;
  /** Processes that are looked through first: the busy ones. */
  setBusy(pids: readonly number[]): void;
  /** The process that has the socket with this near end; null when nobody is found. */
  pidOf(local: string): number | null;
  /** Connections in the namespace of a process. */
  connectionsOf(pid: number): readonly Socket[];
  readonly lost: number;
  readonly tablesRead: number;
}

interface Namespace {
  /** Any process in it, through which its tables are read. */
  pid: number;
  sockets: readonly Socket[];
  readMs: number;
}

export function createSocketOwners(proc: string, elapsedMs: () => number): SocketOwners {
  const namespaces = new Map<string, Namespace>();
  let busy: readonly number[] = [];
  let lost = 0;
  let tablesRead = 0;

  const namespaceOf = (pid: number): Namespace | null => {
    const name = readKernelLink(`${proc}/${pid}/ns/net`);
    if (name === null) return null;
    const known = namespaces.get(name);
    if (known !== undefined) {
      // The process that stood for it may be gone, its namespace with it or not.
      known.pid = pid;
      return known;
    }
    if (namespaces.size >= networkNamespacesMax) namespaces.delete(firstOf(namespaces));
    const fresh = { pid, sockets: [], readMs: Number.NEGATIVE_INFINITY };
    namespaces.set(name, fresh);
    return fresh;
  };
  const socketsIn = (namespace: Namespace): readonly Socket[] => {
    if (elapsedMs() - namespace.readMs < TABLE_MS) return namespace.sockets;
    const tables = ['tcp', 'tcp6'].map((name) => {
      return parseSocketTable(readKernelFile(`${proc}/${namespace.pid}/net/${name}`) ?? '');
    });
    namespace.sockets = tables.flatMap(({ sockets }) => sockets);
    namespace.readMs = elapsedMs();
    lost += tables.reduce((sum, table) => sum + table.lost, 0);
    tablesRead++;
    return namespace.sockets;
  };
  return {
    noteProcess: (pid) => void namespaceOf(pid),
    setBusy(pids) {
      busy = pids;
    },
    pidOf(local) {
      for (const namespace of namespaces.values()) {
        const socket = socketsIn(namespace).find((one) => one.local === local);
        if (socket === undefined) continue;
        const pid = ownerOf(proc, socket.inode, busy) ?? ownerOf(proc, socket.inode, pidsOf(proc));
        if (pid !== null) return pid;
      }
      return null;
    },
    connectionsOf(pid) {
      const namespace = namespaceOf(pid);
      return namespace === null ? [] : socketsIn(namespace);
    },
    get lost() {
      return lost;
    },
    get tablesRead() {
      return tablesRead;
    },
  };
}

function firstOf(map: ReadonlyMap<string, unknown>): string {
  return map.keys().next().value ?? '';
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
