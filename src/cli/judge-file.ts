/** Judges one file of a tree, wherever the tree comes from. */
import { isAscii } from 'node:buffer';
import { scanFileBytesMax } from '../base/limits.ts';
import { bareReport, type DefinitionReport } from '../model/finding.ts';
import type { DialectReader } from '../model/job-definition.ts';
import { isBinary } from '../scanner/engine/binary-file.ts';
import type { FileOf } from '../scanner/engine/following.ts';
import { type Scanner, TreeState } from '../scanner/scanner.ts';
import { withExcerpts } from './cut-excerpt.ts';
import { decodeText, type FileContent, type SourceTree } from './source-tree.ts';

/** An input that could not be read at all. */
export interface UnreadInput {
  readonly path: string;
  readonly why: string;
}

/** Reports on a file and the scripts that it runs, none when it is of no dialect. */
export interface JudgedFile {
  readonly reports: readonly DefinitionReport[];
  readonly unread: readonly UnreadInput[];
  /** Paths of the file and of every other that was looked at with it. */
  readonly filesRead: ReadonlySet<string>;
}

const NOTHING: JudgedFile = { reports: [], unread: [], filesRead: new Set() };
/** Folders that a definition's place may name, and its file: `.github/workflows/x.yml`. */
const TAIL_PARTS_MAX = 4;

/** Reads a file of the tree and judges it; see `judgeContent`. */
export function judgeFile(
  path: string,
  tree: SourceTree,
  scanner: Scanner,
  needsFilesRead = false,
): JudgedFile {
  const claim = claimOf(path, tree, scanner);
  if (claim === null && !scanner.mayRecognise(nameOf(path))) return NOTHING;
  return judgeClaimed({ path, claim, tree, content: tree.read(path) }, scanner, needsFilesRead);
}

/**
 * Judges a file of the tree whose content is at hand; `given` reads it whatever its name. Whoever
 * `needsFilesRead` gets all of them, and a file is never told from its bytes alone.
 */
export function judgeContent(
  path: string,
  content: FileContent,
  tree: SourceTree,
  scanner: Scanner,
  given: DialectReader | null = null,
  needsFilesRead = false,
): JudgedFile {
  const claim = given === null ? claimOf(path, tree, scanner) : { reader: given, root: tree.root };
  return judgeClaimed({ path, claim, tree, content }, scanner, needsFilesRead);
}

interface FileToJudge {
  readonly path: string;
  /** Null when its content may say what it is. */
  readonly claim: Claim | null;
  readonly tree: SourceTree;
  readonly content: FileContent;
}

function judgeClaimed(
  { path, claim, tree, content }: FileToJudge,
  scanner: Scanner,
  needsFilesRead: boolean,
): JudgedFile {
  if (content.kind === 'absent') return NOTHING;
  if (content.kind === 'unread') {
    return claim === null ? NOTHING : unreadFile(path, tree, claim.reader, content.why);
  }
  const bytes = ownBytes(content.bytes);
  const reader = claim?.reader ?? scanner.recognise(nameOf(path), recognisableText(bytes));
  if (reader === null) return NOTHING;
  const root = claim?.root ?? tree.root;
  const told = needsFilesRead ? null : toldByBytes({ path, bytes, reader, root, tree }, scanner);
  if (told !== null) return told;
  const text = decodeText(bytes);
  const filesRead = new Set([path]);
  const fileOf: FileOf = (other) => fileIn(tree, root, other, filesRead);
  const own = path.slice(root.length + 1);
  const textOf = (place: string): string | null => {
    const file = place === own ? text : fileOf(place);
    return typeof file === 'string' ? file : null;
  };
  const reports = scanner.scanFile(reader, own, text, fileOf);
  const shown = reports.map((report) => showPaths(withExcerpts(report, textOf), root, tree));
  return { reports: shown, unread: [], filesRead };
}

/** One for all files of a thread: room of the system for each grew to 20 MB of holes. */
let room = Buffer.alloc(0);

/** Reading other files of the tree may take the bytes away; these last until the next file. */
function ownBytes(bytes: Buffer): Buffer {
  if (bytes.length > room.length) {
    room = Buffer.allocUnsafeSlow(Math.max(bytes.length, scanFileBytesMax));
  }
  return room.subarray(0, bytes.copy(room));
}

interface FileToTell {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly reader: DialectReader;
  readonly root: string;
  readonly tree: SourceTree;
}

/** The report on a file in which there is nothing to see, or null. */
function toldByBytes(file: FileToTell, scanner: Scanner): JudgedFile | null {
  const { path, bytes, reader, root, tree } = file;
  const form = scanner.triage(reader, path.slice(root.length + 1), bytes, stateOf(tree, root));
  if (form === 'other') return null;
  const { dialect, template = '' } = reader;
  const definition = { path: tree.shown(path), dialect };
  const report =
    form === 'plain'
      ? bareReport('clear', definition)
      : { ...bareReport('unchecked', definition, [template]), broken: false };
  return { reports: [report], unread: [], filesRead: new Set() };
}

/** Repositories of one tree whose files are remembered; most trees have one, an archive may not. */
const STATES_MAX = 64;
const states = new WeakMap<SourceTree, Map<string, TreeState>>();

function stateOf(tree: SourceTree, root: string): TreeState {
  const known = states.get(tree);
  const isFull = known !== undefined && known.size > STATES_MAX;
  const ofTree: Map<string, TreeState> = known === undefined || isFull ? new Map() : known;
  if (ofTree !== known) states.set(tree, ofTree);
  const before = ofTree.get(root);
  if (before !== undefined) return before;
  const state = new TreeState(
    (path) => fileIn(tree, root, path, new Set()),
    (path) =>
      holds(tree, `${root}/${path}`) || (root !== tree.root && holds(tree, `${tree.root}/${path}`)),
  );
  ofTree.set(root, state);
  return state;
}

function holds(tree: SourceTree, path: string): boolean {
  return tree.mayHold?.(path) !== false;
}

/** The same for every reader's marks, which are ASCII, and a good deal faster than decoding. */
function recognisableText(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : decodeText(bytes);
}

function unreadFile(
  file: string,
  tree: SourceTree,
  { dialect }: DialectReader,
  why: string,
): JudgedFile {
  const path = tree.shown(file);
  return {
    reports: [bareReport('unchecked', { path, dialect }, [why])],
    unread: [{ path, why }],
    filesRead: new Set([file]),
  };
}

interface Claim {
  readonly reader: DialectReader;
  /** Where the paths of the definition start: the root of its repository. */
  readonly root: string;
}

/**
 * The reader of a file, by the tail of its path. The longest tail decides, since a folder may say
 * more than a name (`.github/workflows/docker-compose.yml` is a workflow), and a reader that claims
 * a path claims it in every folder. The shortest tail that it claims says where its repository
 * starts, also in a folder of clones; a lone name (`Dockerfile`, `x.sh`) does not, and its paths
 * start where the tree does.
 */
function claimOf(path: string, tree: SourceTree, scanner: Scanner): Claim | null {
  const parts = path.split('/').slice(-TAIL_PARTS_MAX);
  const reader = scanner.readerFor(parts.join('/'));
  if (reader === null) return null;
  let count = 1;
  while (count < parts.length && !reader.claims(parts.slice(-count).join('/'))) count++;
  const root = path.split('/').slice(0, -count).join('/');
  const isInside = root === tree.root || root.startsWith(`${tree.root}/`);
  return { reader, root: isInside && startsRepository(count, parts) ? root : tree.root };
}

function startsRepository(tailParts: number, parts: readonly string[]): boolean {
  return tailParts > 1 || /^\.gitlab-ci\.ya?ml$/.test(parts.at(-1) ?? '');
}

/**
 * Another file that a definition runs, or null for none. `path` is attacker-written. What the
 * repository does not hold, the tree around it may.
 */
function fileIn(
  tree: SourceTree,
  root: string,
  path: string,
  filesRead: Set<string>,
): ReturnType<FileOf> {
  const own = fileAt(tree, `${root}/${path}`, filesRead);
  const isInside = own === null && root !== tree.root;
  return isInside ? fileAt(tree, `${tree.root}/${path}`, filesRead) : own;
}

function fileAt(tree: SourceTree, path: string, filesRead: Set<string>): ReturnType<FileOf> {
  const plain = withoutDots(path);
  if (!plain.startsWith(`${tree.root}/`) || plain.includes('\0')) return null;
  if (tree.mayHold?.(plain) === false) {
    // One that was deleted is a change of what runs it.
    filesRead.add(plain);
    return null;
  }
  const content = tree.read(plain);
  if (content.kind !== 'absent') filesRead.add(plain);
  const bytes =
    content.kind === 'bytes' ? content.bytes : content.kind === 'unread' && content.head;
  if (!bytes) return null;
  const size = content.kind === 'unread' ? (content.size ?? bytes.length) : bytes.length;
  return isBinary(bytes) ? { size, bytes } : decodeText(bytes);
}

/** `a/./b/../c` as `a/c`. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '.' && (part !== '' || kept.length === 0)) kept.push(part);
  }
  return kept.join('/');
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function showPaths(report: DefinitionReport, root: string, tree: SourceTree): DefinitionReport {
  const show = (path: string): string => tree.shown(withoutDots(`${root}/${path}`));
  const findings = report.findings.map((finding) => ({
    ...finding,
    ...shownChain(finding, show),
    location: { ...finding.location, path: show(finding.location.path) },
    ...(finding.encodedAt
      ? { encodedAt: { ...finding.encodedAt, path: show(finding.encodedAt.path) } }
      : {}),
  }));
  return { ...report, ...shownChain(report, show), path: show(report.path), findings };
}

function shownChain(
  { via }: { readonly via?: readonly string[] },
  show: (path: string) => string,
): { readonly via?: readonly string[] } {
  return via === undefined ? {} : { via: via.map(show) };
}
