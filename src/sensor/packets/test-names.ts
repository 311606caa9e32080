import type { KnownNames } from '../../ports/known-names.ts';

/** Knows one pool and shows logins as they are: what the scanner knows is tested in `cli`. */
export const testNames: KnownNames = {
  poolOf: (host) =>
    host === '203.0.113.9'
      ? { name: '', pool: '' }
      : host === 'pool.example' || host.endsWith('.pool.example')
        ? { name: host, pool: 'pool.example' }
        : null,
  readLogin: ({ login, worker }) => ({
    display: login,
    identifiers:
      worker === '' ? [] : [{ kind: 'worker', coin: '', digest: worker, display: worker }],
  }),
  isMiner: (program) => program.split('/').at(-1) === 'xmrig',
  readCommandLine: (words) =>
    words.some((word) => word.startsWith('stratum+tcp://'))
      ? { traits: ['pool-url'], words: [], identifiers: [] }
      : null,
};
