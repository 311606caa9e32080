#!/usr/bin/env node
/**
 * Starts the command line on a Node that can run it. The sources are TypeScript, which Node runs
 * by itself from 24 on; where the machine's own Node is older, the one that `npm ci` brought along
 * takes over, and below `node_modules` a hook strips the types. Plain JavaScript, because an old
 * Node reads this file.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const isNew = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN;
const isInstalled = import.meta.url.includes('/node_modules/');

if (isNew && !isInstalled) {
  keepCompiled();
  await import('../src/main/cli.ts');
} else {
  const node = isNew ? process.execPath : nodeOfPackage();
  if (!existsSync(node)) {
    process.stderr.write(
      `davylamp needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version}. `,
    );
    process.stderr.write('Run `npm ci` in its folder, or install a newer Node.\n');
    process.exit(2);
  }
  // As an option of the process the hook also holds in its threads.
  const hook = new URL('./strip-types.js', import.meta.url).href;
  const cli = fileURLToPath(new URL('../src/main/cli.ts', import.meta.url));
  const child = spawn(node, ['--import', hook, cli, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/**
 * Keeps what Node compiles: a start takes 0.6 s instead of 1.1. In the user's own cache and not in
 * the folder for temporary files, where somebody else could put code for us to run.
 */
function keepCompiled() {
  const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  if (!isAbsolute(caches)) return;
  const folder = join(caches, 'davylamp');
  module.enableCompileCache?.(folder);
  // Threads look for it here, and else compile all over again: 0.3 s and 24 MB each.
  process.env['NODE_COMPILE_CACHE'] ??= folder;
}

/** The Node that came with the package: in it, or beside it where npm laid it flat. */
function nodeOfPackage() {
  const name = `node-${process.platform}-${process.arch}/bin/node`;
  const inside = `${root}node_modules/${name}`;
  return existsSync(inside) ? inside : `${root}../${name}`;
}
