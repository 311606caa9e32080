/** Scans standard input: an archive, or one definition that stands for a file of its name. */
import { resolve } from 'node:path';
import { archiveKeptBytesMax, scanFileBytesMax } from '../base/limits.ts';
import type { DialectReader } from '../model/job-definition.ts';
import { isArchiveName } from './archive/archive-contents.ts';
import { archiveInMemory, packingOf } from './archive/read-archive.ts';
import { UsageError } from './command.ts';
import { combineScans, Gathering, type TreeScan } from './gathering.ts';
import { treeOf } from './list-files.ts';
import { type ArchiveToScan, scanArchive } from './scan-archive.ts';
import { DiskTree, decodeText, type FileContent, reasonOf, slashed } from './source-tree.ts';

export interface StdinToScan extends Omit<ArchiveToScan, 'name'> {
  readonly input: AsyncIterable<Uint8Array>;
  /** What the file would be called, or undefined. */
  readonly name: string | undefined;
  readonly given: DialectReader | null;
  readonly directory: string;
}

/** Shown in place of a name that was not given. */
const NAMELESS = 'stdin';

/** As much of the input as could be read, or as is ever kept. */
interface Collected {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
  /** Why reading failed, or null. */
  readonly failure: string | null;
}

export async function scanStdin(stdin: StdinToScan): Promise<TreeScan> {
  const { name, given } = stdin;
  const collected = await collect(stdin.input);
  const { bytes, failure } = collected;
  const isArchive = name === undefined ? packingOf(bytes) !== null : isArchiveName(name);
  if (isArchive && given === null) {
    // An archive that breaks off is read as far as it goes, and says so.
    const scan = await scanArchive(archiveInMemory(bytes), { ...stdin, name: name ?? '' });
    return failure === null ? scan : combineScans([scan, unreadScan(stdin, failure)]);
  }
  const known = name ?? (failure === null ? namelessName(bytes, stdin) : NAMELESS);
  if (known === null) {
    throw new UsageError('say what standard input is, with --stdin-name NAME or --dialect D');
  }
  const path = slashed(resolve(stdin.directory, known));
  const tree = new DiskTree(treeOf(path), stdin.directory);
  const gathering = new Gathering(stdin.scanner);
  gathering.addNamed(path, tree, given, contentOf(collected));
  return gathering.scan();
}

function unreadScan({ scanner, name }: StdinToScan, why: string): TreeScan {
  const gathering = new Gathering(scanner);
  gathering.addUnread(name ?? 'standard input', why);
  return gathering.scan();
}

/** A name under which the text is of a dialect, or null. */
function namelessName(bytes: Buffer, { scanner, given }: StdinToScan): string | null {
  if (given !== null || bytes.length > scanFileBytesMax) return NAMELESS;
  const text = decodeText(bytes);
  const names = ['', '.yml', '.json'].map((ending) => NAMELESS + ending);
  return names.find((name) => scanner.recognise(name, text) !== null) ?? null;
}

/** A part of a definition is not judged: what is missing may be the miner. */
function contentOf({ bytes, isWhole, failure }: Collected): FileContent {
  if (failure !== null) return { kind: 'unread', why: failure };
  if (isWhole && bytes.length <= scanFileBytesMax) return { kind: 'bytes', bytes };
  return { kind: 'unread', why: `it has more than ${scanFileBytesMax} bytes` };
}

async function collect(input: AsyncIterable<Uint8Array>): Promise<Collected> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let failure: string | null = null;
  try {
    for await (const chunk of input) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > archiveKeptBytesMax) break;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    failure = code === undefined ? message : reasonOf(error);
  }
  const isWhole = failure === null && length <= archiveKeptBytesMax;
  return { bytes: Buffer.concat(chunks), isWhole, failure };
}
