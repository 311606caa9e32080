import manifest from '../../package.json' with { type: 'json' };

/** The version of this checkout, as `package.json` has it. */
export const VERSION: string = manifest.version;

/** Where the project's pages are, or an empty string while `package.json` names no place. */
export const HOMEPAGE: string = (manifest as { readonly homepage?: string }).homepage ?? '';
