/**
 * The shape of an event on the wire: a CloudEvents 1.0 envelope in structured JSON and, for each
 * type, the fields of `data` that everyone may send. All of those are optional, and fields that
 * are not listed are kept. `docs/reference/events.md` is held to this file by a test.
 *
 * Two lengths on purpose. Names that the provider chooses are short. What an account writes about
 * itself may be long: a limit that it could overrun would let it choose that its own sign-up is
 * refused as a bad request, and so never seen.
 */
import Type from 'typebox';
import { listItemsMax, nameLengthMax, textLengthMax } from '../base/limits.ts';
import { EVENT_TYPES, type EventType } from '../model/event.ts';

const Name = Type.String({ minLength: 1, maxLength: nameLengthMax });
const Text = Type.String({ maxLength: textLengthMax });
const Amount = Type.Number({ minimum: 0 });
const Count = Type.Integer({ minimum: 0 });
/** RFC 3339. Checked by the codec, which knows more spellings than the format of JSON Schema. */
const Time = Type.String({ maxLength: nameLengthMax });

const name = Type.Optional(Name);
const text = Type.Optional(Text);
const amount = Type.Optional(Amount);
const count = Type.Optional(Count);
const time = Type.Optional(Time);
const flag = Type.Optional(Type.Boolean());

function list<Item extends Type.TSchema>(item: Item) {
  return Type.Optional(Type.Array(item, { maxItems: listItemsMax }));
}

const account = {
  username: text,
  email: text,
  ip: text,
  userAgent: text,
  plan: text,
  identifiers: list(Type.Object({ kind: Name, value: Text })),
};

/** What a provider may add about the account and the project when a job asks. */
const jobContext = {
  account: Type.Optional(
    Type.Object({
      username: text,
      email: text,
      createdAt: time,
      plan: text,
      trial: flag,
      signIns: count,
      similarCards: count,
      similarCardHolders: count,
    }),
  ),
  projectCreatedAt: time,
  projectVisibility: text,
  jobsAlive: count,
  images: list(Text),
};

/** The text of a file is bounded by the body it comes in. */
const SourceFile = Type.Object({ path: Text, text: Type.String() });

const definition = Type.Optional(
  Type.Object({
    dialect: Name,
    files: Type.Array(SourceFile, { maxItems: listItemsMax }),
  }),
);

/** A count of files, or their paths. */
const files = Type.Optional(
  Type.Union([
    Count,
    Type.Array(Type.Union([Text, Type.Object({ path: Text })]), {
      maxItems: listItemsMax,
    }),
  ]),
);

export const DATA_SCHEMAS = {
  'account.created': Type.Object(account),
  'account.login': Type.Object(account),
  'account.verified': Type.Object(account),
  'instrument.added': Type.Object({ kind: name, fingerprint: text, funding: text, country: text }),
  'project.created': Type.Object({ project: text, visibility: text, fork: flag, files }),
  'job.requested': Type.Object({
    project: text,
    definition,
    vcpu: amount,
    timeoutSeconds: amount,
    fanOut: count,
    trigger: text,
    ...jobContext,
  }),
  'job.started': Type.Object({ vcpu: amount, ...jobContext }),
  'job.finished': Type.Object({ vcpuSeconds: amount, status: text }),
  'job.observed': Type.Object({ signals: list(Type.Object({ kind: Name })) }),
  'credit.granted': Type.Object({ amount }),
  'credit.spent': Type.Object({ amount }),
  'challenge.completed': Type.Object({ challenge: text, result: text }),
  'review.labelled': Type.Object({ label: text, reason: text }),
} as const satisfies Record<EventType, Type.TObject>;

const envelope = {
  specversion: Type.Enum(['1.0']),
  id: Name,
  source: Name,
  subject: Type.String({
    minLength: 1,
    maxLength: nameLengthMax,
    description: '`{provider}/{account}` or `{provider}/{account}/{job}`',
  }),
  time: Type.String({ maxLength: nameLengthMax, description: 'The clock of the provider' }),
  datacontenttype: name,
};

export const EnvelopeSchema = Type.Object({
  ...envelope,
  type: Type.Enum([...EVENT_TYPES]),
  data: Type.Object({}),
});

/** For the OpenAPI document: the envelope once for each type, with the type's data. */
export const EventSchema = Type.Union(
  EVENT_TYPES.map((type) =>
    Type.Object(
      { ...envelope, type: Type.Literal(type), data: DATA_SCHEMAS[type] },
      { title: type },
    ),
  ),
  { $id: 'Event', description: 'A CloudEvents 1.0 event in structured JSON' },
);
