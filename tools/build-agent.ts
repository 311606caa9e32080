/**
 * `npm run build:agent [FILE]`: the agent as one file without dependencies, for hosts that have Node
 * and nothing else. Written to `dist/davylamp-agent.mjs`.
 */
import { chmodSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const out = resolve(process.argv[2] ?? join(ROOT, 'dist/davylamp-agent.mjs'));

await build({
  entryPoints: [join(ROOT, 'src/main/agent/bundle.ts')],
  outfile: out,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  banner: {
    js:
      '#!/usr/bin/env node\n' +
      "import { createRequire as davylampRequire } from 'node:module';\n" +
      'const require = davylampRequire(import.meta.url);',
  },
  logLevel: 'warning',
});
chmodSync(out, 0o755);
console.log(`${out}: ${statSync(out).size} bytes`);
