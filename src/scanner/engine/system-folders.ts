/** Folders in which a machine keeps its tools, against those that a job fills. */
const SYSTEM_FOLDERS = ['/bin/', '/usr/bin/', '/sbin/', '/usr/sbin/'];

/** Whether a command's first word names a file that is not the machine's: `./grep` is no `grep`. */
export function isOwnFile(word: string): boolean {
  if (word.startsWith('.\\')) return true;
  return word.includes('/') && !SYSTEM_FOLDERS.some((folder) => word.startsWith(folder));
}

/** Whether programs are looked for in a folder of the job's own before those of the machine. */
export function leadsPath(path: string): boolean {
  return path !== '' && !path.startsWith('$PATH') && !path.startsWith('${PATH') && isOwnPath(path);
}

function isOwnPath(path: string): boolean {
  const [first = ''] = path.split(':', 1);
  return !SYSTEM_FOLDERS.includes(`${first}/`);
}
