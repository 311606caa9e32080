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
const ENGINES = ['scanner', 'linker', 'policy', 'ledger', 'queue', 'runtime'] as const;

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
