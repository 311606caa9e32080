/**
 * The folder of the agent's state must be its own: whoever else may write there could have it undo
 * measures, or believe that it took some.
 */
import { lstatSync, mkdirSync, statSync } from 'node:fs';

/** Makes it when it is not there. What speaks against it, or null. */
export function problemOfFolder(folder: string): string | null {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const user = process.getuid?.();
  // A link says where the folder is, so that it must not be another user's either.
  const { uid, mode } = statSync(folder);
  const other = [uid, lstatSync(folder).uid].find((owner) => owner !== user);
  if (other !== undefined) return `${folder} belongs to another user, ${other}`;
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return `others may write in ${folder}`;
  return null;
}

const WRITABLE_BY_OTHERS = 0o022;
