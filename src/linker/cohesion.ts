/**
 * Whether accounts that hang together are one party. One account can tie two gangs together: a
 * stolen one that both used, or one that somebody made on purpose. So two large groups that only a
 * single account holds together stay two.
 *
 * The graph has accounts and bonds as nodes. A *bridge* is an account whose removal leaves two or
 * more pieces of `LARGE_PARTY_ACCOUNTS` each. Without bridges the component is one party. Else all
 * bridges are taken out, each large piece that is left is a party, and everything else, bridges and
 * small pieces, goes to the large piece that is fewest steps away, of several the one with the
 * oldest account. The outcome depends on the graph alone. Cut nodes are found in linear time by
 * depth-first search (Hopcroft and Tarjan, 1973), without recursion.
 */
import { LARGE_PARTY_ACCOUNTS } from './weights.ts';

/** Accounts are 0 to n - 1, oldest first; `bonds[i]` are the bonds of account i. */
export type Bonds = readonly (readonly string[])[];

export interface Cohesion {
  /** So many accounts at most lose touch with most of the rest when one account goes. */
  readonly dangling: number;
  /** For each account the number of its party, from 0. */
  readonly parties: readonly number[];
}

export function cohesionOf(bonds: Bonds): Cohesion {
  const graph = graphOf(bonds);
  const { bridges, dangling } = bridgesOf(graph);
  if (bridges.size === 0) return { dangling, parties: bonds.map(() => 0) };
  return { dangling, parties: cut(graph, bridges) };
}

interface Graph {
  /** Nodes below it are accounts, the others bonds. */
  readonly accounts: number;
  readonly neighbours: readonly (readonly number[])[];
}

function graphOf(bonds: Bonds): Graph {
  const nodeOf = new Map<string, number>();
  const neighbours: number[][] = bonds.map(() => []);
  for (const [account, own] of bonds.entries()) {
    for (const bond of own) {
      const node = nodeOf.get(bond) ?? neighbours.length;
      if (node === neighbours.length) {
        nodeOf.set(bond, node);
        neighbours.push([]);
      }
      neighbours[account]?.push(node);
      neighbours[node]?.push(account);
    }
  }
  return { accounts: bonds.length, neighbours };
}

/** A node under way in the search. */
interface Visit {
  readonly node: number;
  readonly parent: number;
  next: number;
  /** Accounts in the part of the tree below and including this node. */
  accounts: number;
  /** Of pieces that hang on this node alone: how many are large, and their accounts. */
  largePieces: number;
  largestPiece: number;
  piecesAccounts: number;
}

function bridgesOf(graph: Graph): { bridges: ReadonlySet<number>; dangling: number } {
  const found = new Int32Array(graph.neighbours.length);
  const low = new Int32Array(graph.neighbours.length);
  const bridges = new Set<number>();
  let dangling = 0;
  let clock = 0;
  const enter = (node: number, parent: number): Visit => {
    found[node] = ++clock;
    low[node] = clock;
    const accounts = node < graph.accounts ? 1 : 0;
    return { node, parent, next: 0, accounts, largePieces: 0, largestPiece: 0, piecesAccounts: 0 };
  };
  const stack = [enter(0, -1)];
  for (let visit = stack.at(-1); visit !== undefined; visit = stack.at(-1)) {
    const { node, parent } = visit;
    const neighbour = graph.neighbours[node]?.[visit.next++];
    if (neighbour === undefined) {
      stack.pop();
      const above = stack.at(-1);
      if (above !== undefined) leave(visit, above, found, low);
      if (node >= graph.accounts) continue;
      const rest = graph.accounts - 1 - visit.piecesAccounts;
      const isRestLarge = rest >= LARGE_PARTY_ACCOUNTS;
      if (visit.largePieces + Number(isRestLarge) >= 2) bridges.add(node);
      const largest = Math.max(visit.largestPiece, rest);
      dangling = Math.max(dangling, graph.accounts - 1 - largest);
    } else if (found[neighbour] === 0) stack.push(enter(neighbour, node));
    else if (neighbour !== parent) {
      low[node] = Math.min(low[node] ?? 0, found[neighbour] ?? 0);
    }
  }
  return { bridges, dangling };
}

function leave(visit: Visit, above: Visit, found: Int32Array, low: Int32Array): void {
  above.accounts += visit.accounts;
  low[above.node] = Math.min(low[above.node] ?? 0, low[visit.node] ?? 0);
  if ((low[visit.node] ?? 0) < (found[above.node] ?? 0) || visit.accounts === 0) return;
  above.largestPiece = Math.max(above.largestPiece, visit.accounts);
  above.piecesAccounts += visit.accounts;
  if (visit.accounts >= LARGE_PARTY_ACCOUNTS) above.largePieces++;
}

/** A breadth-first walk from all large pieces at once; the oldest piece walks first. */
function cut(graph: Graph, bridges: ReadonlySet<number>): readonly number[] {
  const partyOf = new Int32Array(graph.neighbours.length).fill(-1);
  const queue: number[] = [];
  let parties = 0;
  for (const piece of piecesOf(graph, bridges)) {
    if (piece.accounts < LARGE_PARTY_ACCOUNTS) continue;
    for (const node of piece.nodes) {
      partyOf[node] = parties;
      queue.push(node);
    }
    parties++;
  }
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i] ?? 0;
    for (const neighbour of graph.neighbours[node] ?? []) {
      if (partyOf[neighbour] !== -1) continue;
      partyOf[neighbour] = partyOf[node] ?? -1;
      queue.push(neighbour);
    }
  }
  return [...partyOf.subarray(0, graph.accounts)];
}

interface Piece {
  readonly nodes: readonly number[];
  readonly accounts: number;
}

/** What hangs together without the bridges, by the oldest account. */
function piecesOf(graph: Graph, bridges: ReadonlySet<number>): readonly Piece[] {
  const seen = new Uint8Array(graph.neighbours.length);
  const pieces: Piece[] = [];
  for (let start = 0; start < graph.accounts; start++) {
    if (seen[start] === 1 || bridges.has(start)) continue;
    const nodes = [start];
    seen[start] = 1;
    for (let i = 0; i < nodes.length; i++) {
      for (const neighbour of graph.neighbours[nodes[i] ?? 0] ?? []) {
        if (seen[neighbour] === 1 || bridges.has(neighbour)) continue;
        seen[neighbour] = 1;
        nodes.push(neighbour);
      }
    }
    pieces.push({ nodes, accounts: nodes.filter((node) => node < graph.accounts).length });
  }
  return pieces;
}
