import Type from 'typebox';
import { nameLengthMax, pageItemsMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { ACTIONS, isAction } from '../model/action.ts';
import { parseSubject } from '../model/ids.ts';
import type { DecisionQuery } from '../ports/store.ts';
import type { FieldError } from './problem.ts';

const pageItemsUsual = 50;
/** What every `next` of a store looks like, and what a mistaken one mostly does not. */
const CURSOR = /^[0-9a-z]{1,11}$/;

export const DecisionQuerySchema = Type.Object({
  account: Type.Optional(
    Type.String({ description: '`{provider}/{account}`', maxLength: nameLengthMax }),
  ),
  party: Type.Optional(Type.String({ maxLength: nameLengthMax })),
  action: Type.Optional(Type.Enum([...ACTIONS])),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: pageItemsMax, default: pageItemsUsual }),
  ),
  after: Type.Optional(
    Type.String({ description: '`next` of the page before', pattern: CURSOR.source }),
  ),
});

type Parameters = Readonly<Record<string, unknown>>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A query string as Fastify splits it. A parameter that is not known is a mistake, not a no-op. */
export function decodeDecisionQuery(parameters: Parameters): Result<DecisionQuery, FieldError> {
  const query: Mutable<DecisionQuery> = { limit: pageItemsUsual };
  for (const [field, value] of Object.entries(parameters)) {
    if (typeof value !== 'string' || value === '' || value.length > nameLengthMax) {
      return refuse(field, `takes one value of at most ${nameLengthMax} characters`);
    }
    const read = Object.hasOwn(READERS, field) ? READERS[field] : undefined;
    if (read === undefined) return refuse(field, 'is not a parameter');
    const problem = read(value, query);
    if (problem !== '') return refuse(field, problem);
  }
  return ok(query);
}

/** Each puts its value into the query, or says what is wrong with it. */
const READERS: Readonly<Record<string, (value: string, query: Mutable<DecisionQuery>) => string>> =
  {
    account(value, query) {
      const subject = parseSubject(value);
      if (subject === null || subject.job !== null) return 'must be {provider}/{account}';
      query.provider = subject.provider;
      query.account = subject.account;
      return '';
    },
    party(value, query) {
      query.party = value;
      return '';
    },
    action(value, query) {
      if (!isAction(value)) return `must be one of ${ACTIONS.join(', ')}`;
      query.action = value;
      return '';
    },
    limit(value, query) {
      const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
      if (limit < 1 || limit > pageItemsMax) return `must be a number from 1 to ${pageItemsMax}`;
      query.limit = limit;
      return '';
    },
    after(value, query) {
      if (!CURSOR.test(value)) return 'must be the `next` of a page';
      query.after = value;
      return '';
    },
  };

function refuse(field: string, complaint: string): Result<never, FieldError> {
  return fail({ field, message: `${field.slice(0, nameLengthMax)} ${complaint}` });
}
