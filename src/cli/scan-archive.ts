/** Scans archives, and archives inside them, without unpacking them to disk. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { nestedArchivesDepthMax } from '../base/limits.ts';
import type { Scanner } from '../scanner/scanner.ts';
import { ArchiveBudget } from './archive/archive-contents.ts';
import { archiveTrees } from './archive/archive-tree.ts';
import {
  type ArchiveInput,
  archiveInFile,
  archiveInMemory,
  readArchive,
} from './archive/read-archive.ts';
import { Gathering, type TreeScan } from './gathering.ts';
import { reasonOf } from './source-tree.ts';

export interface ArchiveToScan {
  /** As it was typed; paths in it are shown behind it. Empty for standard input. */
  readonly name: string;
  readonly scanner: Scanner;
  /** Whether the operator leaves out a path, as it is shown. */
  readonly isExcluded: (path: string) => boolean;
}

export async function scanArchiveFile(path: string, archive: ArchiveToScan): Promise<TreeScan> {
  const file = opened(path);
  if (typeof file === 'number') {
    try {
      return await scanArchive(archiveInFile(file, fstatSync(file).size), archive);
    } finally {
      closeSync(file);
    }
  }
  const gathering = new Gathering(archive.scanner);
  gathering.addUnread(archive.name, file.why);
  return gathering.scan();
}

function opened(path: string): number | { readonly why: string } {
  try {
    return openSync(path, 'r');
  } catch (error) {
    return { why: reasonOf(error, path) };
  }
}

export async function scanArchive(input: ArchiveInput, archive: ArchiveToScan): Promise<TreeScan> {
  const gathering = new Gathering(archive.scanner);
  await gather(input, archive, { gathering, budget: new ArchiveBudget(), depth: 0, isData: false });
  return gathering.scan();
}

interface Progress {
  readonly gathering: Gathering;
  readonly budget: ArchiveBudget;
  readonly depth: number;
  /** It lies among files, where an archive is data of theirs and may be broken on purpose. */
  readonly isData: boolean;
}

async function gather(
  input: ArchiveInput,
  archive: ArchiveToScan,
  progress: Progress,
): Promise<void> {
  const { gathering, budget } = progress;
  const { name, isExcluded } = archive;
  const shown = (path: string): string => [name, path].filter((part) => part !== '').join('/');
  const contents = await readArchive(input, {
    budget,
    isExcluded: (path) => isExcluded(shown(path)),
  });
  gathering.excluded += contents.excluded;
  for (const { path, tree } of archiveTrees(name, contents.files)) gathering.add(path, tree);
  for (const { path, why } of contents.unread) addUnread(shown(path), why, progress);
  const isData = contents.files.size > 0;
  for (const { path, bytes } of contents.nested) {
    const inner = { ...archive, name: shown(path) };
    await gatherNested(bytes, inner, { ...progress, depth: progress.depth + 1, isData });
  }
}

async function gatherNested(
  bytes: Buffer,
  archive: ArchiveToScan,
  progress: Progress,
): Promise<void> {
  if (progress.depth <= nestedArchivesDepthMax) {
    await gather(archiveInMemory(bytes), archive, progress);
    return;
  }
  const why = `archives inside one another are read ${nestedArchivesDepthMax} deep`;
  addUnread(archive.name, why, progress);
}

function addUnread(path: string, why: string, { gathering, isData }: Progress): void {
  if (isData) gathering.addNote(`${path} was not read: ${why}`);
  else gathering.addUnread(path || 'standard input', why);
}
