/** Scans standard input: an archive, or one definition that stands for a file of its name. */
import { resolve } from 'node:path';
import { archiveKeptBytesMax, scanFileBytesMax } from '../base/limits.ts';
import type { DialectReader } from '../model/job-definition.ts';
import { isArchiveName } from './archive/archive-contents.ts';
import { archiveInMemory, packingOf } from './archive/read-archive.ts';
import { UsageError } from './command.ts';
import { Gathering, type TreeScan } from './gathering.ts';
import { treeOf } from './list-files.ts';
import { type ArchiveToScan, scanArchive } from './scan-archive.ts';
import { DiskTree, decodeText, type FileContent, slashed } from './source-tree.ts';

export interface StdinToScan extends Omit<ArchiveToScan, 'name'> {
  readonly input: AsyncIterable<Uint8Array>;
  /** What the file would be called, or undefined. */
  readonly name: string | undefined;
  readonly given: DialectReader | null;
  readonly directory: string;
}

/** Shown in place of a name that was not given. */
const NAMELESS = 'stdin';

export async function scanStdin(stdin: StdinToScan): Promise<TreeScan> {
  const { name, given } = stdin;
  const { bytes, isWhole } = await collected(stdin.input);
  const isArchive = name === undefined ? packingOf(bytes) !== null : isArchiveName(name);
  if (isArchive && given === null) {
    // An archive that breaks off is read as far as it goes, and says so.
    return scanArchive(archiveInMemory(bytes), { ...stdin, name: name ?? '' });
  }
  const known = name ?? namelessName(bytes, stdin);
  if (known === null) {
    throw new UsageError('say what standard input is, with --stdin-name NAME or --dialect D');
  }
  const path = slashed(resolve(stdin.directory, known));
  const tree = new DiskTree(treeOf(path), stdin.directory);
  const gathering = new Gathering(stdin.scanner);
  gathering.addNamed(path, tree, given, contentOf(bytes, isWhole));
  return gathering.scan();
}

/** A name under which the text is of a dialect, or null. */
function namelessName(bytes: Buffer, { scanner, given }: StdinToScan): string | null {
  if (given !== null || bytes.length > scanFileBytesMax) return NAMELESS;
  const text = decodeText(bytes);
  const names = ['', '.yml', '.json'].map((ending) => NAMELESS + ending);
  return names.find((name) => scanner.recognise(name, text) !== null) ?? null;
}

function contentOf(bytes: Buffer, isWhole: boolean): FileContent {
  if (isWhole && bytes.length <= scanFileBytesMax) return { kind: 'bytes', bytes };
  return { kind: 'unread', why: `it has more than ${scanFileBytesMax} bytes` };
}

/** All of the input, or as much of it as is ever kept. */
async function collected(
  input: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > archiveKeptBytesMax) return { bytes: Buffer.concat(chunks), isWhole: false };
  }
  return { bytes: Buffer.concat(chunks), isWhole: true };
}
