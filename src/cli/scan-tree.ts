/**
 * Walks trees, reads what is a job definition and has it judged. Directories behind symbolic links
 * are not entered (a link may point up again), a linked file is read when it stays inside the tree.
 * Nothing is left out but `.git`: a folder that a scan skips is a place to hide.
 */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { scanFileBytesMax, scanFilesMax } from '../base/limits.ts';
import { bareReport, type DefinitionReport } from '../model/finding.ts';
import type { DialectReader } from '../model/job-definition.ts';
import { mergeReports, type Scanner } from '../scanner/scanner.ts';

export interface TreeScan {
  /** Files that were looked at, whether definitions or not. */
  readonly files: number;
  readonly reports: readonly DefinitionReport[];
  /** Inputs that could not be read at all, with the reason. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

/** Folders that a definition's place may name, and its file: `.github/workflows/x.yml`. */
const TAIL_PARTS_MAX = 4;

interface Walk {
  readonly scanner: Scanner;
  readonly directory: string;
  readonly onFile: (files: number) => void;
  readonly reports: DefinitionReport[];
  readonly unread: { path: string; why: string }[];
  files: number;
}

export function scanPaths(
  paths: readonly string[],
  scanner: Scanner,
  directory: string,
  onFile: (files: number) => void = () => {},
): TreeScan {
  const walk: Walk = { scanner, directory, onFile, reports: [], unread: [], files: 0 };
  for (const path of paths) scanPath(path, walk);
  return { files: walk.files, reports: mergeReports(walk.reports), unread: walk.unread };
}

function scanPath(path: string, walk: Walk): void {
  const absolute = resolve(walk.directory, path);
  try {
    if (statSync(absolute).isDirectory()) {
      scanDirectory(absolute, absolute, walk);
      return;
    }
  } catch (error) {
    walk.unread.push({ path, why: reasonOf(error) });
    return;
  }
  const before = walk.reports.length + walk.unread.length;
  scanFile(absolute, treeOf(absolute), walk);
  if (walk.reports.length + walk.unread.length === before) {
    walk.unread.push({ path, why: 'it is not of a known dialect' });
  }
}

function scanDirectory(directory: string, root: string, walk: Walk): void {
  let entries: ReturnType<typeof entriesOf>;
  try {
    entries = entriesOf(directory);
  } catch (error) {
    walk.unread.push({ path: shown(directory, walk), why: reasonOf(error) });
    return;
  }
  const tree = entries.some((entry) => entry.name === '.git') ? directory : root;
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== '.git') scanDirectory(path, tree, walk);
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      scanFile(path, tree, walk);
    }
    if (walk.files >= scanFilesMax) return;
  }
}

/** In the order of their names, so that two runs print the same. */
function entriesOf(directory: string) {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function scanFile(absolute: string, tree: string, walk: Walk): void {
  walk.onFile(++walk.files);
  const claim = claimOf(absolute, tree, walk.scanner);
  if (claim === null && !walk.scanner.mayRecognise(basename(absolute))) return;
  const text = readInside(absolute, tree);
  const reader = claim?.reader ?? recognised(absolute, text, walk.scanner);
  if (reader === null) return;
  const root = claim?.root ?? tree;
  if (text.kind === 'absent') return;
  if (text.kind === 'unread') {
    const path = shown(absolute, walk);
    walk.unread.push({ path, why: text.why });
    walk.reports.push(bareReport('unchecked', { path, dialect: reader.dialect }, [text.why]));
    return;
  }
  const base = relative(root, absolute).split(sep).join('/');
  const fileOf = (other: string): string | null =>
    textInTree(other, root, tree) ?? (root === tree ? null : textInTree(other, tree, tree));
  const reports = walk.scanner.scanFile(reader, base, text.text, fileOf);
  for (const report of reports) walk.reports.push(showPaths(report, root, walk));
}

/** A file that no reader claims by its path counts when its text is of a dialect. */
function recognised(absolute: string, text: FileText, scanner: Scanner): DialectReader | null {
  return text.kind === 'text' ? scanner.recognise(basename(absolute), text.text) : null;
}

interface Claim {
  readonly reader: DialectReader;
  /** Where the paths of the definition start: the root of its repository. */
  readonly root: string;
}

/**
 * The reader of a file, by the tail of its path. `.github/workflows/x.yml` says where its
 * repository starts, also in a folder of clones; a lone name (`Dockerfile`, `x.sh`) does not, and
 * its paths start where the tree does.
 */
function claimOf(absolute: string, tree: string, scanner: Scanner): Claim | null {
  const parts = absolute.split(sep);
  for (let count = 1; count <= Math.min(parts.length, TAIL_PARTS_MAX); count++) {
    const reader = scanner.readerFor(parts.slice(-count).join('/'));
    if (reader === null) continue;
    const root = parts.slice(0, -count).join(sep);
    const isInside = root === tree || root.startsWith(tree + sep);
    return { reader, root: isInside && startsRepository(count, parts) ? root : tree };
  }
  return null;
}

function startsRepository(tailParts: number, parts: readonly string[]): boolean {
  return tailParts > 1 || /^\.gitlab-ci\.ya?ml$/.test(parts.at(-1) ?? '');
}

type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unread'; readonly why: string }
  /** A link to nowhere or out of the tree: it is not part of what was asked for. */
  | { readonly kind: 'absent' };

function readInside(absolute: string, tree: string): FileText {
  try {
    const isLink = lstatSync(absolute).isSymbolicLink();
    const real = isLink ? realpathSync(absolute) : absolute;
    if (isLink && !real.startsWith(realpathSync(tree) + sep)) return { kind: 'absent' };
    const { size } = statSync(real);
    if (!statSync(real).isFile()) return { kind: 'absent' };
    if (size > scanFileBytesMax) {
      return { kind: 'unread', why: `it has ${size} bytes, at most ${scanFileBytesMax} are read` };
    }
    return { kind: 'text', text: decode(readFileSync(real)) };
  } catch (error) {
    return { kind: 'unread', why: reasonOf(error) };
  }
}

/** What is not UTF-8 becomes U+FFFD, which the scanner reports as unread. UTF-16 has a mark. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}

/** Another file of the tree that a definition runs, or null. `path` is attacker-written. */
function textInTree(path: string, root: string, tree: string): string | null {
  const absolute = resolve(root, path);
  if (!absolute.startsWith(tree + sep)) return null;
  try {
    const text = readInside(absolute, tree);
    return text.kind === 'text' ? text.text : null;
  } catch {
    return null;
  }
}

/** The tree that a file belongs to: the nearest folder with a `.git`, or the file's own folder. */
function treeOf(absolute: string): string {
  for (let folder = dirname(absolute); ; folder = dirname(folder)) {
    if (hasGit(folder)) return folder;
    if (dirname(folder) === folder) return dirname(absolute);
  }
}

function hasGit(folder: string): boolean {
  return statSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined;
}

/** Paths as the user would type them: relative to where the command was started. */
function shown(absolute: string, { directory }: Pick<Walk, 'directory'>): string {
  const path = relative(directory, absolute);
  return (path.startsWith('..') ? absolute : path || basename(absolute)).split(sep).join('/');
}

function showPaths(report: DefinitionReport, tree: string, walk: Walk): DefinitionReport {
  const show = (path: string): string => shown(resolve(tree, path), walk);
  const findings = report.findings.map((finding) => ({
    ...finding,
    location: { ...finding.location, path: show(finding.location.path) },
  }));
  return { ...report, path: show(report.path), findings };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  ELOOP: 'its symbolic links go round in a circle',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
