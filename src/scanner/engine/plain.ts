/** Whether a dialect's reader would leave nothing of a text out, told from its bytes. */
import { isAscii, isUtf8 } from 'node:buffer';
import { scanFileBytesMax, yamlVisitsMax } from '../../base/limits.ts';
import type { Dialect } from '../../model/job-definition.ts';
import { PLAIN_LENGTH_MAX, PlainYaml, type YamlForm } from './plain-yaml.ts';
import { hasFewSeparators, isSilentYaml } from './silent-yaml.ts';

/** What the texts of a dialect are; those of the others are not told from their bytes. */
const FORMS: Partial<Readonly<Record<Dialect, 'text' | 'yaml'>>> = {
  shell: 'text',
  dockerfile: 'text',
  github: 'yaml',
  forgejo: 'yaml',
  kubernetes: 'yaml',
  travis: 'yaml',
};

/**
 * plain     the reader leaves nothing out
 * template  it reads as much as stands outside of expressions, and says so
 * other     its form does not tell
 */
export type TextForm = YamlForm;

/** Half of what a reader visits, and about as many as a file may have that is not counted. */
const NODES_MAX = yamlVisitsMax / 2;

export class Plain {
  readonly #yaml = new PlainYaml();

  formOf(dialect: Dialect, bytes: Uint8Array): TextForm {
    const form = FORMS[dialect];
    if (form === undefined || !isPlainText(bytes)) return 'other';
    if (dialect === 'dockerfile' && TEMPLATE_MARKS.some((mark) => holds(bytes, mark)))
      return 'other';
    return form === 'text' ? 'plain' : this.#yamlFormOf(bytes);
  }

  /** A file that is long by its texts alone is no more to a reader than a short one. */
  #yamlFormOf(bytes: Uint8Array): YamlForm {
    if (bytes.length <= PLAIN_LENGTH_MAX) {
      const form = this.#yaml.formOf(bytes, bytes.length);
      const isOther = form === 'template' && OTHER_MARKS.some((mark) => holds(bytes, mark));
      return isOther ? 'other' : form;
    }
    if (!hasFewSeparators(bytes)) return 'other';
    const isPlain = this.#yaml.formOf(bytes, bytes.length, scanFileBytesMax) === 'plain';
    return isPlain && this.#yaml.nodeCount <= NODES_MAX ? 'plain' : 'other';
  }

  /** Whether all documents of a text are of kinds that run nothing. Such texts may be long. */
  isSilent(dialect: Dialect, bytes: Uint8Array, kinds: ReadonlySet<string>): boolean {
    if (FORMS[dialect] !== 'yaml' || !isSilentYaml(bytes, kinds)) return false;
    const isPlain = isPlainText(bytes) && hasFewSeparators(bytes);
    return isPlain && this.#yaml.formOf(bytes, bytes.length, scanFileBytesMax) === 'plain';
  }
}

/** Dockerfiles are templates now and then, of which the reader alone can tell what is missing. */
const TEMPLATE_MARKS = ['{{', '{%', '<%'] as const;
/** What a reader may name instead of `{{`. */
const OTHER_MARKS = TEMPLATE_MARKS.slice(1);

function holds(bytes: Uint8Array, mark: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(mark);
}

/** U+FFFD, which bytes that are no UTF-8 are read as, and characters that YAML does not take. */
const ODD_LEAD = 0xef;
const CONTROL_LEAD = 0xc2;
const SEPARATOR_LEAD = 0xe2;

/** Whether the bytes are text through and through. */
export function isPlainText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  if (isAscii(bytes)) return true;
  if (!isUtf8(bytes)) return false;
  for (let at = bytes.indexOf(ODD_LEAD); at >= 0; at = bytes.indexOf(ODD_LEAD, at + 1)) {
    // U+FEFF, U+FFFD to U+FFFF.
    if (bytes[at + 1] === 0xbf || bytes[at + 1] === 0xbb) return false;
  }
  for (let at = bytes.indexOf(CONTROL_LEAD); at >= 0; at = bytes.indexOf(CONTROL_LEAD, at + 1)) {
    if ((bytes[at + 1] as number) < 0xa0) return false;
  }
  for (
    let at = bytes.indexOf(SEPARATOR_LEAD);
    at >= 0;
    at = bytes.indexOf(SEPARATOR_LEAD, at + 1)
  ) {
    if (bytes[at + 1] === 0x80 && ((bytes[at + 2] as number) & 0xfe) === 0xa8) return false;
  }
  return true;
}
