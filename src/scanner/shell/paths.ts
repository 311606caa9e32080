/** Paths as the commands of one text mean them: relative to where `cd` has gone. */

/** Variables and expressions that stand for the root of the checkout. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are shell variables.
const ROOTS = [
  ...['$GITHUB_WORKSPACE', '${GITHUB_WORKSPACE}', '$CI_PROJECT_DIR', '${CI_PROJECT_DIR}'],
  ...['$PWD', '${PWD}', '$(pwd)', '`pwd`', '${{ github.workspace }}', '${{github.workspace}}'],
  ...['$BUILD_SOURCESDIRECTORY', '$(git rev-parse --show-toplevel)'],
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above.

/** `./a/../b` in folder `c` as `c/b`. An absolute path stays absolute. */
export function resolvePath(path: string, folder: string): string {
  // Most words that are asked about are plain names.
  if (folder === '' && !path.includes('/') && path[0] !== '.' && !path.includes('$')) return path;
  const rooted = withoutRoot(path);
  const whole =
    rooted !== null ? rooted : path.startsWith('/') || folder === '' ? path : `${folder}/${path}`;
  const kept: string[] = [];
  for (const piece of whole.split('/')) {
    if (piece === '' || piece === '.') continue;
    if (piece === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(piece);
  }
  return (whole.startsWith('/') ? '/' : '') + kept.join('/');
}

/** The folder after `cd path` in `folder`; the root when it cannot be known. */
export function changeFolder(path: string, folder: string): string {
  const known = withoutRoot(path);
  if (known === null && (path === '' || '-~$'.includes(path[0] as string) || path.includes('$'))) {
    return '';
  }
  const entered = resolvePath(path, folder);
  // A folder this deep is made to slow us down.
  return entered.length > FOLDER_LENGTH_MAX ? '' : entered;
}

const FOLDER_LENGTH_MAX = 256;

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What follows a name of the checkout's root, or null when none stands there. */
function withoutRoot(path: string): string | null {
  if (path[0] !== '$' && path[0] !== '`') return null;
  const root = ROOTS.find((r) => path.startsWith(r) && (path[r.length] ?? '/') === '/');
  return root === undefined ? null : path.slice(root.length + 1);
}
