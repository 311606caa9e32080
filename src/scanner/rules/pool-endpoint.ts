import { ENDPOINT_ATOMS, type EndpointKind, endpointsIn } from '../engine/endpoint.ts';
import { type JobView, type Passage, passagesOf } from '../engine/job-view.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import type { Indicators } from '../indicators/indicators.ts';

const BITS: Readonly<Record<EndpointKind, number>> = {
  stratum: WEIGHTS.stratumUrl,
  pool: WEIGHTS.poolHostAndPort,
  site: WEIGHTS.poolHost,
  local: WEIGHTS.localStratumUrl,
};

/** A program that is told to connect to a mining pool. */
export const poolEndpoint: Rule = {
  id: 'pool-endpoint',
  title: 'A mining pool is named as an address to connect to',
  severity: 'high',
  confidence: 'high',
  maturity: 'stable',
  group: 'endpoint',
  atoms: ENDPOINT_ATOMS,
  hits: [
    { what: 'a stratum URL', script: './worker stratum+tcp://pool.example.com:3333' },
    { what: 'stratum over TLS', script: './worker --url=stratum+ssl://203.0.113.7:443' },
    { what: 'a known pool without a scheme', script: './worker gulf.moneroocean.stream:10128' },
    { what: 'capitals', script: './worker STRATUM+TCP://POOL.SupportXMR.com:443' },
    { what: 'assembled from variables', script: 'a=moneroocean; b=stream; ./x gulf.$a.$b:443' },
  ],
  innocents: [
    { what: 'the word in a test filter', script: 'npm test -- --grep stratum' },
    { what: 'a host that ends alike', script: './worker notnanopool.org.example.com:443' },
    { what: 'a class name', script: './gradlew test --tests StratumServerTest' },
    { what: 'a database pool', script: './migrate --pool 10 --host db.example.com:5432' },
  ],
  look(view: JobView): readonly Match[] {
    return passagesOf(view).flatMap((passage) => endpointsOf(passage, view.indicators));
  },
};

function endpointsOf(passage: Passage, indicators: Indicators): readonly Match[] {
  // Only a command says by itself that something connects; a list or a file does not.
  const isCommand = 'program' in passage;
  return endpointsIn(passage.text, indicators).map(({ kind, text, start, origin }) => ({
    passage,
    bits: BITS[kind],
    evidence: text,
    at: start,
    role: isCommand && kind !== 'local' ? 'target' : 'sign',
    isWeak: kind === 'local',
    isPrivate: origin === 'private',
  }));
}
