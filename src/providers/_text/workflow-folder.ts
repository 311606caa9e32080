/** Folders whose files belong to one CI service whatever their name: `.github/workflows`. */
const FOLDERS: ReadonlySet<string> = new Set([
  ...['.azure-pipelines', '.builds', '.semaphore', '.woodpecker'],
  'workflows',
]);

/** Whether a file's own folder is one, so that its name says nothing. */
export function inWorkflowFolder(path: string): boolean {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  return FOLDERS.has(name);
}
