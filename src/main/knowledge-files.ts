/**
 * What an operator knows of networks and of throw-away mailboxes, in files. A mistake in one ends
 * the command before anything is opened: half a table would make half the accounts look alike.
 */
import { resolve } from 'node:path';
import { domainListBytesMax, networkFileBytesMax } from '../base/limits.ts';
import { UsageError } from '../cli/command.ts';
import { readOperatorFile } from '../cli/read-operator-file.ts';
import { disposableTest, parseDomainList } from '../linker/identifiers/disposable-domains.ts';
import type { Knowledge } from '../linker/identifiers/event-values.ts';
import type { NetworkTable } from '../linker/identifiers/network-table.ts';
import { parseNetworks } from '../linker/identifiers/networks.ts';
import { isMmdb, readMmdb } from '../linker/identifiers/read-mmdb.ts';

export interface KnowledgeFiles {
  readonly networks: string | undefined;
  readonly disposableDomains: string | undefined;
}

/** Only what files say; the rest is built in. */
export function readKnowledge(
  { networks, disposableDomains }: KnowledgeFiles,
  directory: string,
): Partial<Knowledge> {
  return {
    ...(networks === undefined ? {} : { networks: networksIn(networks, directory) }),
    ...(disposableDomains === undefined
      ? {}
      : { isDisposable: domainsIn(disposableDomains, directory) }),
  };
}

function networksIn(file: string, directory: string): NetworkTable {
  const bytes = bytesOf({ option: 'networks', file, directory }, networkFileBytesMax);
  if (isMmdb(bytes)) {
    const read = readMmdb(bytes);
    if (read.ok) return read.value;
    throw new UsageError(`--networks ${file}: ${read.error}`);
  }
  if (bytes.includes(0)) {
    throw new UsageError(`--networks ${file}: this is no CSV file, and no whole MMDB file`);
  }
  const { table, problems } = parseNetworks(bytes.toString('utf8'));
  refuse(file, problems);
  if (table.ranges === 0) throw new UsageError(`--networks ${file}: there are no networks in it`);
  return table;
}

function domainsIn(file: string, directory: string): Knowledge['isDisposable'] {
  const option = 'disposable-domains';
  const text = bytesOf({ option, file, directory }, domainListBytesMax).toString('utf8');
  const { domains, problems } = parseDomainList(text);
  refuse(file, problems);
  return disposableTest(domains);
}

const PROBLEMS_SHOWN_MAX = 5;

function refuse(
  file: string,
  problems: readonly { readonly line: number; readonly message: string }[],
): void {
  if (problems.length === 0) return;
  const lines = problems
    .slice(0, PROBLEMS_SHOWN_MAX)
    .map(({ line, message }) => `${file}:${line}: ${message}`);
  const more = problems.length - lines.length;
  throw new UsageError([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
}

interface Named {
  readonly option: string;
  readonly file: string;
  readonly directory: string;
}

function bytesOf({ option, file, directory }: Named, bytesMax: number): Buffer {
  const path = resolve(directory, file);
  try {
    return readOperatorFile(path, bytesMax);
  } catch (error) {
    throw new UsageError(`--${option} ${file}: ${(error as Error).message}`);
  }
}
