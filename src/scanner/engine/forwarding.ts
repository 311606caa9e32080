/**
 * Where connections of a job to this machine really go. A forwarder (`socat`, `ssh -L`, a relay of
 * two `nc`, a rule of `iptables`) hands them on, and a line in `/etc/hosts` gives another machine a
 * local name. A miner that is told to connect there is judged as if it were told the target.
 *
 * Which port leads where is not worked out: a job that forwards anything to another machine and
 * runs a miner against this one does so for one reason.
 */
import { pattern } from '../../base/regex.ts';
import { blankWords } from '../shell/blank-words.ts';
import { isHostAndPort } from './endpoint.ts';
import type { CommandPassage, TextPassage } from './job-view.ts';
import { isAlphanumeric } from './token.ts';

/** What hands connections on, of those that are told the target on their command line. */
const FORWARDERS: ReadonlySet<string> = new Set(
  'socat ssh autossh nc ncat netcat gost simpleproxy iptables ip6tables nft'.split(' '),
);
/** The same, told the target in a file or by a service. `kubectl` does it with a verb. */
const TUNNELS: ReadonlySet<string> = new Set(
  'chisel cloudflared ngrok frpc bore stunnel stunnel4 haproxy rinetd redir sshuttle'.split(' '),
);
const SHELLS_OUT: ReadonlySet<string> = new Set(['ssh', 'autossh']);
/** They change the addresses of packets. */
const TRANSLATORS: ReadonlySet<string> = new Set(['iptables', 'ip6tables', 'nft']);
const LOCAL_HOSTS: readonly string[] =
  '127.0.0.1 localhost 0.0.0.0 [::1] 127.0.0.2 127.1 $(hostname) $HOSTNAME'.split(' ');
const HOSTS_FILE = '/etc/hosts';
const HOSTS_LINES_MAX = 200;
/** Names of one job that stand for other machines. */
const NAMES_MAX = 50;
const PIECES_MAX = 200;
const SEPARATORS = pattern('[:,=]');
const PARTS_MAX = 6;

/** By a local host as a command names it, the machine and port that it leads to. */
type Targets = ReadonlyMap<string, string>;

/** The commands with what they are told of this machine put right. */
export function withForwarding(
  commands: readonly CommandPassage[],
  texts: readonly TextPassage[],
): readonly CommandPassage[] {
  const targets = new Map([...namedMachines(texts), ...forwardedHosts(commands)]);
  if (targets.size === 0) return commands;
  return commands.map((command) => {
    if (command.kind !== 'other') return command;
    const given = command.arguments.map((word) => putRight(word, targets));
    return { ...command, arguments: given };
  });
}

function forwardedHosts(commands: readonly CommandPassage[]): Targets {
  const tunnel = commands.find(isTunnel);
  const target = tunnel ? (targetOf(tunnel) ?? `${tunnel.program}.invalid`) : relayed(commands);
  return new Map(target === undefined ? [] : LOCAL_HOSTS.map((host) => [host, target]));
}

function isTunnel({ program, arguments: given }: CommandPassage): boolean {
  return TUNNELS.has(program) || (program === 'kubectl' && given.includes('port-forward'));
}

function relayed(commands: readonly CommandPassage[]): string | undefined {
  const forwarders = commands.filter(({ program }) => FORWARDERS.has(program));
  if (!forwarders.some(listens)) return undefined;
  return forwarders.flatMap((command) => targetOf(command) ?? [])[0];
}

/** `TCP-LISTEN:3333`, `-lk 3333`, `-L 3333:…`, `-j DNAT`. */
function listens({ program, arguments: given }: CommandPassage): boolean {
  return given.some((word) => {
    const isCluster = word.startsWith('-') && !word.startsWith('--') && !word.startsWith('-o');
    if (SHELLS_OUT.has(program)) return isCluster && word.includes('L');
    const lower = word.toLowerCase();
    if (TRANSLATORS.has(program)) return lower.includes('dnat');
    return lower.includes('listen') || (isCluster && lower.includes('l'));
  });
}

/** The first other machine with a port among the words, or the machine that `ssh` goes to. */
function targetOf({ program, arguments: given }: CommandPassage): string | null {
  const pieces = given.slice(0, PIECES_MAX).flatMap((word) => blankWords(word, PIECES_MAX));
  for (const [i, piece] of pieces.entries()) {
    const found = serverIn(piece) ?? serverIn(`${piece}:${pieces[i + 1] ?? ''}`);
    if (found !== null) return found;
  }
  if (!SHELLS_OUT.has(program)) return null;
  const login = pieces.find((piece) => piece.includes('@'));
  return login === undefined ? null : serverIn(`${login.slice(login.indexOf('@') + 1)}:22`);
}

/** `TCP:host:port`, `3333:host:port`: what may stand before is left out. */
function serverIn(piece: string): string | null {
  const parts = piece.split(SEPARATORS, PARTS_MAX);
  for (const [i, host] of parts.entries()) {
    const server = `${host}:${parts[i + 1] ?? ''}`;
    if (host.includes('.') && isHostAndPort(server)) return server;
  }
  return null;
}

/** Local names that lines `ADDRESS NAME…` of the hosts file give to other machines. */
function namedMachines(texts: readonly TextPassage[]): Targets {
  const names = new Map<string, string>();
  for (const { name, text } of texts) {
    if (!name.endsWith(HOSTS_FILE)) continue;
    for (const line of text.split('\n', HOSTS_LINES_MAX)) {
      const [address = '', ...given] = blankWords(line, NAMES_MAX);
      if (!isHostAndPort(`${address}:22`)) continue;
      for (const one of given) if (names.size < NAMES_MAX) names.set(one, address);
    }
  }
  return names;
}

/** The word with the target in the place of the host that leads to it. */
function putRight(word: string, targets: Targets): string {
  for (const [host, target] of targets) {
    const at = word.indexOf(`${host}:`);
    const end = at + host.length;
    if (at < 0 || !isDigit(word[end + 1]) || !isFirst(word, at)) continue;
    let stop = end + 1;
    while (isDigit(word[stop])) stop++;
    const server = target.includes(':') ? target : target + word.slice(end, stop);
    return word.slice(0, at) + server + word.slice(stop);
  }
  return word;
}

/** Whether a host begins here: behind nothing, a mark, or an option that it is joined to. */
function isFirst(word: string, at: number): boolean {
  const isOption = at === 2 && word.startsWith('-');
  const before = word.charCodeAt(at - 1);
  return at === 0 || isOption || !(isAlphanumeric(before) || word[at - 1] === '.');
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}
