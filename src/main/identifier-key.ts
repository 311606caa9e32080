/**
 * The key under which identifiers are hashed: from the environment, or from a file in the data
 * directory that is made when there is none. It never enters the database. Without it what was
 * stored links with nothing new, so it belongs into the backup, apart from the database.
 */
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../base/result.ts';
import { readOperatorText } from '../cli/read-operator-file.ts';
import type { Random } from '../ports/random.ts';

export const IDENTIFIER_KEY_FILE = 'identifier-key';
export const IDENTIFIER_KEY_VARIABLE = 'DAVYLAMP_IDENTIFIER_KEY';

const KEY_BYTES = 32;
/** The key and a few ends of lines. */
const FILE_BYTES_MAX = 128;
const KEY = /^[0-9a-f]{64}$/;

export function identifierKey(
  directory: string,
  given: string | null,
  random: Random,
): Result<Uint8Array, string> {
  const path = join(directory, IDENTIFIER_KEY_FILE);
  try {
    // For a key that is given, too: the store keeps to a folder that is there.
    makeFolders(directory);
    if (given !== null) return keyOf(given, IDENTIFIER_KEY_VARIABLE);
    const known = read(path);
    if (known !== null) return keyOf(known, path);
    make(directory, path, random);
    return keyOf(read(path) ?? '', path);
  } catch (error) {
    return fail(`${path}: ${(error as Error).message}`);
  }
}

function keyOf(text: string, where: string): Result<Uint8Array, string> {
  if (!KEY.test(text.trim())) return fail(`${where} is no key: 64 hexadecimal digits`);
  return ok(Buffer.from(text.trim(), 'hex'));
}

function read(path: string): string | null {
  try {
    return readOperatorText(path, FILE_BYTES_MAX);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes the folder and those above it, one by one. Node's own `recursive` asks again without end
 * where the system says that there is no such folder, as it does below `/proc`.
 */
function makeFolders(directory: string): void {
  const missing: string[] = [];
  for (let at = directory; !isFolder(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if (!isFolder(folder)) throw error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Written beside and put in place whole, so that a crash leaves no half of a key. */
function make(directory: string, path: string, random: Random): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  const file = openSync(beside, 'wx', 0o600);
  writeSync(file, `${Buffer.from(random.bytes(KEY_BYTES)).toString('hex')}\n`);
  fsyncSync(file);
  closeSync(file);
  linkSync(beside, path);
  rmSync(beside);
  const folder = openSync(directory, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
