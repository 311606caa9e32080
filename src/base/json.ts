/**
 * JSON from outside, bounded before it is parsed. One pass over the text, without recursion, counts
 * the depth and the members; only then does `JSON.parse` run. Members are counted again in the
 * parsed value: fewer means that a key stood twice and that two readers may see different bodies.
 */
import { decodeUtf8 } from './bytes.ts';
import { jsonDepthMax } from './limits.ts';
import { fail, ok, type Result } from './result.ts';

export type JsonProblemCode = 'too-large' | 'not-utf8' | 'not-json' | 'too-deep' | 'duplicate-key';

export interface JsonProblem {
  readonly code: JsonProblemCode;
  readonly message: string;
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A body of at most `bytesMax` bytes as a value, or why not. Never throws. */
export function parseJson(body: Uint8Array | string, bytesMax: number): Result<Json, JsonProblem> {
  if (body.length > bytesMax) {
    return problem('too-large', `the body has ${body.length} bytes, at most ${bytesMax} are read`);
  }
  const text = typeof body === 'string' ? ok(body) : decodeUtf8(body);
  if (!text.ok) return problem('not-utf8', 'the body is not UTF-8');
  const shape = measure(text.value);
  if (shape.depthMax > jsonDepthMax) {
    return problem('too-deep', `the body nests deeper than ${jsonDepthMax}`);
  }
  let value: Json;
  try {
    value = JSON.parse(text.value) as Json;
  } catch (error) {
    return problem('not-json', `the body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (countMembers(value) !== shape.members) {
    return problem('duplicate-key', 'a key stands twice in one object of the body');
  }
  return ok(value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problem(code: JsonProblemCode, message: string): Result<never, JsonProblem> {
  return fail({ code, message });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Depth and number of `:` outside strings. The text need not be valid JSON. */
function measure(text: string): { depthMax: number; members: number } {
  let depth = 0;
  let depthMax = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = stringEnd(text, i);
    else if (c === COLON) members++;
    // `|` 0x20 makes one of `[` (5b) and `{` (7b), and of `]` (5d) and `}` (7d).
    else if ((c | 0x20) === 0x7b) depthMax = Math.max(depthMax, ++depth);
    else if ((c | 0x20) === 0x7d) depth--;
  }
  return { depthMax, members };
}

/** The offset of the quote that closes the string opened at `start`, or the end of the text. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Members of all objects. The depth is bounded by the caller, so recursion is safe. */
function countMembers(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) count += countMembers(item);
    return count;
  }
  // `for in` over a parsed object is twice as fast as `Object.values`: no array is made.
  for (const key in value) count += 1 + countMembers((value as JsonObject)[key] as Json);
  return count;
}
