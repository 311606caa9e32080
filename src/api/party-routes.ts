/** `/v1/accounts` and `/v1/parties`: who is believed to have one operator, and why. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { formatTime } from '../base/time.ts';
import { parseSubject } from '../model/ids.ts';
import type { Link, LinkStep } from '../model/link.ts';
import type { LinkQuestion } from '../model/link-question.ts';
import { type AccountRef, accountRef, type PartyId } from '../model/party.ts';
import type { Access } from './access.ts';
import type { ApiDeps } from './api-deps.ts';
import { sendJson } from './json-body.ts';
import { fromStore } from './outside.ts';
import { sendFieldProblem, sendProblem } from './problem.ts';
import { routeSchema } from './route-schema.ts';

interface Pair {
  readonly Params: { readonly id: string };
  readonly Querystring: Readonly<Record<string, unknown>>;
}

export function addParties(app: FastifyInstance, deps: ApiDeps, access: Access): void {
  const onRequest = access.require('read');
  app.get<{ Params: { provider: string; account: string } }>('/v1/accounts/:provider/:account', {
    schema: ACCOUNT,
    onRequest,
    handler: ({ params }, reply) => {
      const account = refOf(`${params.provider}/${params.account}`);
      if (account === null) return noSuch(reply);
      return answer({ kind: 'account', account }, reply, deps);
    },
  });
  app.get<{ Params: { id: string } }>('/v1/parties/:id', {
    schema: PARTY,
    onRequest,
    handler: ({ params }, reply) =>
      answer({ kind: 'party', party: params.id as PartyId }, reply, deps),
  });
  app.get<Pair>('/v1/parties/:id/explain', {
    schema: EXPLAIN,
    onRequest,
    handler: ({ query }, reply) => {
      const [from, to] = [refOf(query['a']), refOf(query['b'])];
      if (from !== null && to !== null) return answer({ kind: 'explain', from, to }, reply, deps);
      const field = from === null ? '/a' : '/b';
      return sendFieldProblem(reply, { field, message: 'is an account: PROVIDER/ID' });
    },
  });
}

function refOf(text: unknown): AccountRef | null {
  const subject = typeof text === 'string' ? parseSubject(text) : null;
  if (subject === null || subject.job !== null) return null;
  return accountRef(subject.provider, subject.account);
}

function noSuch(reply: FastifyReply): FastifyReply {
  const detail = 'it has shown nothing that others may share, or is no party of two and more';
  return sendProblem(reply, { code: 'not-found', detail });
}

async function answer(
  question: LinkQuestion,
  reply: FastifyReply,
  { pipeline }: ApiDeps,
): Promise<FastifyReply> {
  const told = await fromStore(pipeline.links(question));
  switch (told.kind) {
    case 'unknown':
      return noSuch(reply);
    case 'account': {
      const { kind: _, portrait, ...body } = told;
      const { sentences } = portrait;
      const values = portrait.values.map(linkBody);
      return sendJson(reply, 200, { ...question, ...body, sentences, values, kind: undefined });
    }
    case 'party': {
      const { kind: _, ...body } = told;
      return sendJson(reply, 200, { ...question, ...body, kind: undefined });
    }
    case 'explained': {
      const { verdict, sentences, steps } = told.explanation;
      return sendJson(reply, 200, { verdict, sentences, steps: steps.map(stepBody) });
    }
  }
}

function stepBody(step: LinkStep): unknown {
  return { ...step, links: step.links.map(linkBody) };
}

function linkBody(link: Link): unknown {
  const [firstSeenAt, lastSeenAt] = [formatTime(link.firstSeenAt), formatTime(link.lastSeenAt)];
  return { ...link, firstSeenAt, lastSeenAt };
}

const Id = Type.Object({ id: Type.String() });

const ACCOUNT = routeSchema({
  operationId: 'showAccount',
  tag: 'parties',
  summary: 'The party of an account, and other parties that it may belong to',
  scope: 'read',
  params: Type.Object({ provider: Type.String(), account: Type.String() }),
  answers: {
    200: {
      description: 'What is known',
      schema: Type.Object({
        account: Type.String(),
        party: Type.String(),
        accountsInParty: Type.Integer(),
        linkBits: Type.Number(),
        suspicions: Type.Array(
          Type.Object({
            party: Type.String(),
            account: Type.String(),
            bits: Type.Number(),
            kinds: Type.Array(Type.String()),
          }),
        ),
        sentences: Type.Array(Type.String()),
        values: Type.Array(
          Type.Object({
            kind: Type.String(),
            display: Type.String(),
            bits: Type.Number(),
            accounts: Type.Integer(),
            plantable: Type.Boolean(),
            firstSeenAt: Type.String(),
            lastSeenAt: Type.String(),
            sentence: Type.String(),
          }),
        ),
      }),
    },
  },
  errors: ['not-found'],
});

const PARTY = routeSchema({
  operationId: 'showParty',
  tag: 'parties',
  summary: 'The accounts of a party of two and more, the oldest first',
  scope: 'read',
  params: Id,
  answers: {
    200: {
      description: 'The party',
      schema: Type.Object({
        party: Type.String(),
        size: Type.Integer(),
        accounts: Type.Array(Type.String()),
      }),
    },
  },
  errors: ['not-found'],
});

const EXPLAIN = routeSchema({
  operationId: 'explainParty',
  tag: 'parties',
  summary: 'Why two accounts are of one party, or why not, in plain sentences',
  scope: 'read',
  params: Id,
  querystring: Type.Object({ a: Type.String(), b: Type.String() }),
  answers: {
    200: {
      description: 'The first sentence is the answer',
      schema: Type.Object({
        verdict: Type.String(),
        sentences: Type.Array(Type.String()),
        steps: Type.Array(Type.Unknown()),
      }),
    },
  },
  errors: ['bad-request'],
});
