#!/usr/bin/env node
/**
 * Starts the command line on a Node that can run it. The sources are TypeScript, which Node runs
 * by itself from 24 on; where the machine's own Node is older, the one that `npm ci` brought along
 * takes over. Plain JavaScript, because an old Node reads this file.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
const root = fileURLToPath(new URL('..', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  await import('../src/main/cli.ts');
} else {
  const node = `${root}node_modules/node-${process.platform}-${process.arch}/bin/node`;
  if (!existsSync(node)) {
    process.stderr.write(
      `davylamp needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version}. `,
    );
    process.stderr.write('Run `npm ci` in its folder, or install a newer Node.\n');
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
