/**
 * Lets Node run the TypeScript of this package where it is installed below `node_modules`. Node
 * strips types by itself elsewhere, and refuses to there. Load it before the first `.ts` file:
 * with `--import` for a whole process and its threads, or as the first import of a module.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';

if (import.meta.url.includes('/node_modules/')) {
  const sources = new URL('../src/', import.meta.url).href;
  // Node warns once a process that this is experimental, which is nothing to whoever embeds us.
  const warn = process.emitWarning;
  process.emitWarning = () => {};
  stripTypeScriptTypes('');
  process.emitWarning = warn;
  registerHooks({
    load(url, context, next) {
      if (!url.startsWith(sources) || !url.endsWith('.ts')) return next(url, context);
      const source = stripTypeScriptTypes(readFileSync(new URL(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
