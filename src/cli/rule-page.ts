/** The page of a rule in `docs/rules/`, for whoever has the program and not its website. */
import { readFileSync } from 'node:fs';

const PAGES = new URL('../../docs/rules/', import.meta.url);

/** The page as Markdown, or null where the program was installed without its pages. */
export function rulePage(id: string): string | null {
  try {
    return readFileSync(new URL(`${id}.md`, PAGES), 'utf8');
  } catch {
    return null;
  }
}

/** The page without its heading, and without links to pages that a reader elsewhere has not. */
export function ruleHelp(id: string): string | null {
  const page = rulePage(id);
  if (page === null) return null;
  const body = page.slice(page.indexOf('\n') + 1).trim();
  return body.replace(/\[([^\]]{1,200})\]\([^):]{1,200}\)/g, (_, words: string) => words);
}
