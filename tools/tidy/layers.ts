/**
 * The dependency rules of the whole system, as data.
 *
 * A folder may import itself and the folders listed for it, nothing else. The table is ordered: a
 * folder lists only folders that stand above it, so the graph cannot have a cycle, and reading the
 * table top-down is reading the system from its leaves to its roots. `imports.test.ts` enforces it;
 * `docs.test.ts` holds the table in ARCHITECTURE.md to it. A folder that a later version brings
 * stands here before it stands on disk.
 */
const DOMAIN = ['base', 'model'] as const;
const EDGE = ['base', 'model', 'wire', 'ports'] as const;
export const ENGINES = ['scanner', 'linker', 'policy', 'ledger', 'queue', 'runtime'] as const;

export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  // Leaves.
  base: [],
  model: ['base'],
  wire: DOMAIN,
  ports: DOMAIN,
  // Engines: pure and synchronous. They never import one another; they meet in `pipeline`.
  scanner: DOMAIN,
  linker: DOMAIN,
  policy: DOMAIN,
  ledger: DOMAIN,
  queue: DOMAIN,
  runtime: DOMAIN,
  // The data path.
  enforce: [...DOMAIN, 'ports'],
  pipeline: [...DOMAIN, 'ports', ...ENGINES, 'enforce'],
  // Adapters: each implements a port. They never import an engine, the pipeline, or one another.
  providers: EDGE,
  store: EDGE,
  bus: EDGE,
  sensor: EDGE,
  // Faces.
  api: [...EDGE, 'pipeline'],
  // `agent --replay` reads recordings as the sensors do, and weighs them as the agent does.
  cli: [...EDGE, 'scanner', 'policy', 'runtime', 'providers', 'sensor', 'api'],
  // Composition roots.
  arena: [...EDGE, ...ENGINES, 'enforce', 'pipeline', 'store', 'bus'],
  main: ['*'],
};

/**
 * What is not ours: the modules of Node and the packages that each folder may import, types aside.
 * An engine does no I/O, so it gets none that does. `node:url` names domains in ASCII, `node:zlib`
 * unpacks what is in memory.
 */
export const MODULES: Readonly<Record<string, readonly string[]>> = {
  base: ['node:buffer', 'node:crypto', 'js-yaml'],
  model: [],
  wire: ['typebox', 'typebox/compile'],
  ports: [],
  scanner: [
    'node:buffer',
    'node:zlib',
    ...['@noble/hashes/blake2.js', '@noble/hashes/sha2.js', '@noble/hashes/sha3.js'],
  ],
  linker: ['node:url', 'disposable-email-domains-js', 'mmdb-lib'],
  policy: ['@bufbuild/cel', '@bufbuild/re2'],
  ledger: [],
  queue: [],
  runtime: [],
  enforce: ['node:child_process', 'node:fs', 'node:net'],
  pipeline: [],
  providers: ['node:zlib'],
  store: ['node:events', 'node:fs', 'node:path', 'node:sqlite', 'node:worker_threads'],
  bus: [],
  sensor: [
    ...['node:child_process', 'node:crypto', 'node:fs', 'node:fs/promises', 'node:http'],
    ...['node:os', 'node:path', 'node:readline'],
  ],
  api: ['@fastify/swagger', 'fastify', 'prom-client', 'typebox', 'typebox/compile'],
  cli: [
    ...['node:buffer', 'node:child_process', 'node:crypto', 'node:fs', 'node:os', 'node:path'],
    ...['node:stream/promises', 'node:timers/promises', 'node:util', 'node:v8'],
    ...['node:worker_threads', 'node:zlib'],
  ],
  arena: [],
  main: ['*'],
};
