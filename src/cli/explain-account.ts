/**
 * What `davylamp explain` asks and says. The sentences are the server's; here they only get their
 * places.
 */
import type { Json, JsonObject } from '../base/json.ts';
import type { AccountRef } from '../model/party.ts';
import { askServer, type ServerAccess } from './ask-server.ts';
import { printable } from './printable-text.ts';

export type Explained =
  | { readonly kind: 'told'; readonly text: string; readonly body: JsonObject }
  /** The account has shown the server nothing that others may share. */
  | { readonly kind: 'unknown'; readonly account: AccountRef }
  | { readonly kind: 'failed'; readonly why: string };

export async function explainAccount(
  account: AccountRef,
  access: ServerAccess,
): Promise<Explained> {
  const answer = await askServer(accountPath(account), access);
  if (answer.kind === 'not-found') return { kind: 'unknown', account };
  if (answer.kind === 'failed') return answer;
  const { body } = answer;
  const values = listOf(body['values']).map((value) => `  ${textOf(value, 'sentence')}\n`);
  const shows =
    values.length === 0 ? '' : `\nWhat it shows, and who else does:\n${values.join('')}`;
  return { kind: 'told', text: `${paragraph(body)}${shows}`, body };
}

export async function explainPair(
  one: AccountRef,
  other: AccountRef,
  access: ServerAccess,
): Promise<Explained> {
  let party = '';
  for (const account of [other, one]) {
    const known = await askServer(accountPath(account), access);
    if (known.kind === 'not-found') return { kind: 'unknown', account };
    if (known.kind === 'failed') return known;
    party = String(known.body['party']);
  }
  const [a, b, id] = [one, other, party].map(encodeURIComponent);
  const answer = await askServer(`/v1/parties/${id}/explain?a=${a}&b=${b}`, access);
  if (answer.kind === 'not-found') return { kind: 'failed', why: 'it is too old to explain' };
  if (answer.kind === 'failed') return answer;
  return { kind: 'told', text: paragraph(answer.body), body: answer.body };
}

function accountPath(ref: AccountRef): string {
  const [provider = '', account = ''] = ref.split('/');
  return `/v1/accounts/${encodeURIComponent(provider)}/${encodeURIComponent(account)}`;
}

function paragraph({ sentences }: JsonObject): string {
  return listOf(sentences)
    .map((sentence) => `${printable(String(sentence))}\n`)
    .join('');
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Json, field: string): string {
  return printable(String((value as JsonObject | null)?.[field] ?? ''));
}
