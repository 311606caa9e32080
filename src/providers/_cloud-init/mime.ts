/**
 * Parts of MIME user data (`Content-Type: multipart/mixed`), each with the place where it stands.
 * One pass over the lines of a text; a part that is itself multipart is a text again.
 */
import type { SourceText } from '../../model/source-text.ts';
import { sliceSource } from '../_text/source-builder.ts';

export interface MimePart {
  readonly body: SourceText;
  readonly contentType: string;
  /** `base64`, `quoted-printable`, or another word for plain text. */
  readonly encoding: string;
}

/** Whether a text starts with headers that announce several parts. */
export function isMultipart(text: string): boolean {
  const head = text.slice(0, HEAD_LENGTH_MAX).toLowerCase().trimStart();
  const isHeader = head.startsWith('content-type:') || head.startsWith('mime-version:');
  return isHeader && head.includes('multipart/');
}

/** cloud-init itself looks for MIME in the first 4 KiB. */
const HEAD_LENGTH_MAX = 4_096;

/** The parts, or null when the headers name no boundary. */
export function partsOf(source: SourceText): readonly MimePart[] | null {
  const { text } = source;
  const { headers } = headersAt(text, skipBlankLines(text), text.length);
  const boundary = boundaryOf(headers.get('content-type') ?? '');
  if (boundary === '') return null;
  const parts: MimePart[] = [];
  let from = -1;
  for (let start = 0; start < text.length; start = lineEnd(text, start)) {
    if (!text.startsWith(`--${boundary}`, start)) continue;
    if (from !== -1) parts.push(partAt(source, from, start));
    if (parts.length >= PARTS_MAX) return parts;
    if (text.startsWith('--', start + 2 + boundary.length)) return parts;
    from = lineEnd(text, start);
  }
  // A last boundary that is missing does not stop cloud-init from running the part.
  if (from !== -1 && from < text.length) parts.push(partAt(source, from, text.length));
  return parts;
}

/** Real user data has a handful. */
const PARTS_MAX = 1_000;

function partAt(source: SourceText, start: number, end: number): MimePart {
  const { headers, body } = headersAt(source.text, start, end);
  const contentType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  // The headers of a part of parts say where those end, so they stay with it.
  const isNested = contentType.startsWith('multipart/');
  return {
    body: sliceSource(source, isNested ? start : body, end),
    contentType,
    encoding: (headers.get('content-transfer-encoding') ?? '').trim().toLowerCase(),
  };
}

/** The headers that start at an offset, by their lower-case names, and where the body starts. */
function headersAt(
  text: string,
  start: number,
  end: number,
): { headers: ReadonlyMap<string, string>; body: number } {
  const headers = new Map<string, string>();
  let name = '';
  let at = start;
  while (at < end) {
    const next = Math.min(lineEnd(text, at), end);
    const line = text.slice(at, Math.min(next, at + HEAD_LENGTH_MAX));
    at = next;
    if (line.trim() === '') break;
    const colon = line.indexOf(':');
    // A line that starts with a blank goes on with the header before it.
    if (line[0] === ' ' || line[0] === '\t') {
      const known = headers.get(name) ?? '';
      if (known.length < HEAD_LENGTH_MAX) headers.set(name, known + line.trim());
    } else if (colon > 0) {
      name = line.slice(0, colon).trim().toLowerCase();
      headers.set(name, line.slice(colon + 1).trim());
    }
  }
  return { headers, body: at };
}

function boundaryOf(contentType: string): string {
  const at = contentType.toLowerCase().indexOf('boundary=');
  if (at === -1) return '';
  const value = contentType.slice(at + 'boundary='.length);
  if (value.startsWith('"')) return value.slice(1).split('"', 1)[0] ?? '';
  return value.split(';', 1)[0]?.trim() ?? '';
}

function skipBlankLines(text: string): number {
  let at = 0;
  while (at < text.length && (text[at] === '\n' || text[at] === '\r')) at++;
  return at;
}

/** The offset behind the line break of the line that holds `start`. */
function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end + 1;
}
