/**
 * The shape of a decision on the wire. The first block is the answer that callers script against;
 * the record adds what it rests on. Both are held to `decision-codec.ts` by a test.
 */
import Type from 'typebox';
import { ACTIONS } from '../model/action.ts';
import { CHECKPOINTS } from '../model/checkpoint.ts';
import { IDENTIFIER_KINDS, VERDICTS } from '../model/finding.ts';
import { DIALECTS } from '../model/job-definition.ts';

const closed = { additionalProperties: false };
const Action = Type.Enum([...ACTIONS]);
const Texts = Type.Array(Type.String());
const Level = Type.Enum(['low', 'medium', 'high']);
const number = Type.Optional(Type.Number());
const integer = Type.Optional(Type.Integer());

const Limits = Type.Object(
  {
    vcpuSeconds: Type.Optional(Type.Number({ description: 'Reserved for this job' })),
    concurrency: integer,
    fanOut: integer,
    priority: number,
    notBeforeSeconds: number,
    cpuShare: Type.Optional(Type.Number({ description: 'Share of one CPU, 0 to 1' })),
    memoryBytes: integer,
  },
  closed,
);

const FiredRule = Type.Object(
  {
    id: Type.String(),
    action: Action,
    limits: Limits,
    ttlSeconds: Type.Number(),
    reason: Type.String(),
  },
  closed,
);

const Place = Type.Object(
  {
    path: Type.String(),
    line: Type.Integer(),
    column: Type.Integer(),
    endLine: Type.Integer(),
    endColumn: Type.Integer(),
  },
  closed,
);

/** Where several files are sent, of which one runs another. An excerpt is cut by scans of trees. */
const via = Type.Optional(
  Type.Array(Type.String(), { description: 'Files from the definition to the one that is meant' }),
);

const Finding = Type.Object(
  {
    rule: Type.String(),
    title: Type.String(),
    severity: Level,
    confidence: Level,
    position: Type.Enum(['executed', 'referenced', 'mentioned']),
    bits: Type.Number(),
    job: Type.String(),
    location: Place,
    evidence: Type.String(),
    decoded: Texts,
    encodedAt: Type.Optional(Place),
    via,
  },
  closed,
);

const Scan = Type.Object(
  {
    path: Type.String(),
    via,
    dialect: Type.Enum([...DIALECTS]),
    verdict: Type.Enum([...VERDICTS]),
    bits: Type.Number(),
    executedBits: Type.Number(),
    unchecked: Texts,
    broken: Type.Boolean(),
    findings: Type.Array(Finding),
    identifiers: Type.Array(
      Type.Object(
        {
          kind: Type.Enum([...IDENTIFIER_KINDS]),
          coin: Type.String(),
          value: Type.String(),
        },
        closed,
      ),
    ),
  },
  closed,
);

const decision = {
  id: Type.String({ pattern: '^dec_[0-9a-f]{32}$' }),
  checkpoint: Type.Enum([...CHECKPOINTS]),
  action: Action,
  limits: Limits,
  ttlSeconds: Type.Number({ description: '0: for this request only' }),
  risk: Type.Number({ minimum: 0, maximum: 1 }),
  bits: Type.Number({ description: 'Evidence of abuse, in bits' }),
  reasons: Texts,
  rules: Type.Array(FiredRule),
  shadow: Type.Array(FiredRule),
  findings: Type.Array(Finding),
  party: Type.Union([Type.String(), Type.Null()]),
  policy: Type.String({ description: 'Revision of the policy; empty in a default answer' }),
  at: Type.String({ format: 'date-time' }),
};

export const DecisionSchema = Type.Object(decision, { $id: 'Decision', ...closed });

const Fact = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Texts]);

export const DecisionRecordSchema = Type.Object(
  {
    ...decision,
    subject: Type.String(),
    event: Type.Object({ source: Type.String(), id: Type.String() }, closed),
    mode: Type.Enum(['live', 'shadow']),
    liveAction: Action,
    answered: Type.Enum(['decision', 'default']),
    facts: Type.Record(Type.String(), Fact),
    scan: Type.Union([Scan, Type.Null()]),
  },
  { $id: 'DecisionRecord', ...closed },
);
