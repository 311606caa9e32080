/**
 * The body that GitLab posts for external pipeline validation, read permissively: releases differ
 * in what they send, so a part that is missing or of another type is left out, never guessed. The
 * oldest form has only `project{id,path}`, `user{id,username,email}`, `pipeline` and `builds`.
 */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { listItemsMax, nameLengthMax } from '../../base/limits.ts';

export interface Payload {
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly sha: string | null;
  readonly builds: readonly Json[] | null;
  /** The fields of the event's data that need no reading of the builds. */
  readonly data: JsonObject;
}

export function readPayload(body: JsonObject): Payload {
  const project = objectIn(body, 'project');
  const user = objectIn(body, 'user');
  const pipeline = objectIn(body, 'pipeline');
  const projectId = idIn(project['id']);
  const data = compact({
    project: projectId ?? undefined,
    projectPath: textIn(project['path']),
    projectCreatedAt: textIn(project['created_at']),
    trigger: textIn(pipeline['type']),
    pipeline: compact({ sha: textIn(pipeline['sha']), ref: textIn(pipeline['ref']) }),
    account: readAccount(body, user),
    jobsAlive: countIn(body['total_builds_count']),
  });
  return {
    userId: idIn(user['id']),
    projectId,
    sha: textIn(pipeline['sha']) ?? null,
    builds: Array.isArray(body['builds']) ? body['builds'] : null,
    data,
  };
}

function readAccount(body: JsonObject, user: JsonObject): JsonObject {
  const card = objectIn(body, 'credit_card');
  const namespace = objectIn(body, 'namespace');
  // Users of an enterprise are provisioned by a group; its plan is theirs where none is nearer.
  const group = objectIn(body, 'provisioning_group');
  return compact({
    username: textIn(user['username']),
    email: textIn(user['email']),
    createdAt: textIn(user['created_at']),
    plan: textIn(namespace['plan']) ?? textIn(group['plan']),
    trial: flagIn(namespace['trial']) ?? flagIn(group['trial']),
    signIns: countIn(user['sign_in_count']),
    similarCards: countIn(card['similar_cards_count']),
    similarCardHolders: countIn(card['similar_holder_names_count']),
    currentIp: textIn(user['current_sign_in_ip']),
    lastIp: textIn(user['last_sign_in_ip']),
  });
}

/** Names in a list; GitLab sends strings, an image of its own shape has a `name`. */
export function namesIn(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value)) return NO_NAMES;
  const names = value.slice(0, listItemsMax).map(nameIn);
  return names.every(isName) ? names : names.filter(isName);
}

const NO_NAMES: readonly string[] = [];

function isName(name: string | undefined): name is string {
  return name !== undefined;
}

export function nameIn(value: Json | undefined): string | undefined {
  return isObject(value) ? textIn(value['name']) : textIn(value);
}

/** The fields that have a value. */
export function compact(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const result: Record<string, Json> = {};
  // `for in` makes no arrays of the names, which took a fifth of reading a body.
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && !isEmptyObject(value)) result[name] = value;
  }
  return result;
}

function isEmptyObject(value: Json): boolean {
  if (!isObject(value)) return false;
  for (const _name in value) return false;
  return true;
}

function objectIn(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  return isObject(value) ? value : {};
}

function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value.slice(0, nameLengthMax) : undefined;
}

function flagIn(value: Json | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function countIn(value: Json | undefined): number | undefined {
  // JSON has a minus zero, which is written down as a zero.
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Math.abs(Number(value)) : undefined;
}

/** An id is a whole number; a proxy in between may have made a text of it. */
function idIn(value: Json | undefined): string | null {
  const id = typeof value === 'string' && value !== '' ? Number(value) : value;
  const count = countIn(id);
  return count === undefined ? null : String(count);
}
