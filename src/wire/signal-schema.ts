/**
 * The shape of each kind of signal on the wire: the fields of `model/signal.ts` without the job,
 * which the event's subject names. `docs/reference/signals.md` is held to this file by a test.
 */
import Type from 'typebox';
import { signalListMax, signalTextLengthMax } from '../base/sensor-limits.ts';
import {
  ALERT_CLAIMS,
  type AlertClaim,
  BINARY_TRAITS,
  CARRIERS,
  COMMAND_LINE_TRAITS,
  MEMORY_SHAPES,
  POOL_NAME_VIAS,
  SENSORS,
  type SignalKind,
  STRATUM_DIALECTS,
  STRATUM_PHASES,
} from '../model/signal.ts';

const Text = Type.String({ maxLength: signalTextLengthMax });
const Texts = Type.Array(Text, { maxItems: signalListMax });
const Amount = Type.Number({ minimum: 0 });
const Count = Type.Integer({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const claims = Object.keys(ALERT_CLAIMS) as AlertClaim[];

const Identifiers = Type.Array(
  Type.Object({
    kind: Type.Enum(['payout', 'worker']),
    coin: Text,
    digest: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    display: Text,
  }),
  { maxItems: signalListMax },
);

const lasted = { lastedSeconds: Amount };
const ends = { client: Text, server: Text };

/** Besides `kind`, `source` and `at`. */
const FIELDS = {
  'stratum': {
    dialect: Type.Enum([...STRATUM_DIALECTS]),
    carrier: Type.Enum([...CARRIERS]),
    phase: Type.Enum([...STRATUM_PHASES]),
    ...ends,
    login: Text,
    agent: Text,
    identifiers: Identifiers,
    shares: Count,
  },
  'pool-name': { via: Type.Enum([...POOL_NAME_VIAS]), name: Text, pool: Text, ...ends },
  'flow': {
    cipher: Type.Enum(['tls', 'noise', 'unknown']),
    ...ends,
    sni: Text,
    alpn: Texts,
    ja4: Text,
    pushes: Count,
    echoes: Count,
    bytesPerSecond: Amount,
    ...lasted,
  },
  'rounding': {
    modes: Type.Integer({ minimum: 0, maximum: 3 }),
    threads: Count,
    samples: Count,
    ...lasted,
  },
  'cpu': {
    busyThreads: Count,
    cores: Amount,
    share: Share,
    flatness: Share,
    ioBytesPerSecond: Amount,
    ...lasted,
  },
  'memory': {
    shape: Type.Enum([...MEMORY_SHAPES]),
    threads: Count,
    perThreadBytes: Amount,
    sharedBytes: Amount,
    hugePages: Type.Boolean(),
    ...lasted,
  },
  'executable-memory': { bytes: Amount, regions: Count, ...lasted },
  'tuning': { what: Type.Enum(['huge-pages', 'msr']) },
  'binary': { trait: Type.Enum([...BINARY_TRAITS]), name: Text, path: Text },
  'command-line': {
    traits: Type.Array(Type.Enum([...COMMAND_LINE_TRAITS]), { maxItems: signalListMax }),
    program: Text,
    words: Texts,
    identifiers: Identifiers,
  },
  'alert': { claim: Type.Enum(claims), rule: Text, about: Text },
} as const satisfies Record<SignalKind, Type.TProperties>;

export const SIGNAL_KINDS_ON_WIRE = Object.keys(FIELDS) as readonly SignalKind[];

export function signalFields(kind: SignalKind): readonly string[] {
  return Object.keys(FIELDS[kind]);
}

export function signalSchema(kind: SignalKind): Type.TObject {
  return Type.Object({
    kind: Type.Literal(kind),
    source: Type.Enum([...SENSORS]),
    at: Type.Optional(Type.Number({ minimum: 0 })),
    ...FIELDS[kind],
  });
}
