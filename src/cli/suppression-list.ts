/**
 * The suppressions of one scan, and what became of each. Those of the operator hold. Those that
 * stand in the scanned tree, as comments or in a `.davylamp-ignore`, are only told of unless the
 * operator has allowed them: a tree must never be able to switch the scanner off.
 */
import { scanNotesMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { Finding } from '../model/finding.ts';
import { loadSuppressions, type Suppression } from './load-suppressions.ts';
import type { ShownFinding } from './scan-outcome.ts';

/** A `.davylamp-ignore` found in the scanned tree. */
export interface IgnoreFile {
  readonly path: string;
  readonly text: string;
}

export interface SuppressionOptions {
  readonly operator: readonly Suppression[];
  readonly allowInline: boolean;
  readonly ignoreFiles: readonly IgnoreFile[];
  readonly rules: readonly string[];
  readonly now: EpochMs;
}

export const IGNORE_FILE_NAME = '.davylamp-ignore';

export class SuppressionList {
  readonly #options: SuppressionOptions;
  readonly #ofTree: readonly Suppression[];
  readonly #used = new Set<Suppression>();
  readonly #notes: string[] = [];

  constructor(options: SuppressionOptions) {
    this.#options = options;
    this.#ofTree = options.ignoreFiles.flatMap((file) => this.#read(file));
  }

  /** The suppression that takes this finding away, or null. */
  match(finding: ShownFinding): Pick<Suppression, 'place' | 'reason'> | null {
    const { operator, allowInline } = this.#options;
    const own = operator.find((one) => this.#holds(one) && fits(one, finding));
    if (own !== undefined) {
      this.#used.add(own);
      return own;
    }
    const asked = this.#ofTree.find((one) => this.#holds(one) && fits(one, finding));
    const inTree = asked ?? this.#comment(finding);
    if (inTree === null) return null;
    if (allowInline) return inTree;
    this.#note(`${inTree.place} asks to ignore ${finding.rule}, which only the operator may allow`);
    return null;
  }

  /** What the operator should know. Call it when every finding was asked about. */
  notes(): readonly string[] {
    const expired = this.#options.operator.filter((one) => !this.#holds(one));
    const unused = this.#options.operator.filter((one) => {
      return this.#holds(one) && !this.#used.has(one);
    });
    return [
      ...expired.map(({ place }) => `${place}: the suppression has expired`),
      ...unused.map(({ place }) => `${place}: the suppression fits no finding`),
      ...new Set(this.#notes),
    ];
  }

  #holds({ endsAt }: Suppression): boolean {
    return endsAt === null || this.#options.now < endsAt;
  }

  /** Paths in an ignore file are relative to its folder, and it reaches no further. */
  #read({ path, text }: IgnoreFile): readonly Suppression[] {
    const { rules, allowInline } = this.#options;
    const folder = path.slice(0, path.length - IGNORE_FILE_NAME.length);
    const loaded = loadSuppressions(text, path, rules);
    if (loaded.ok) return loaded.value.map((one) => within(folder, one));
    const [problem] = loaded.error;
    if (allowInline && problem) this.#note(problemNote(path, problem));
    return [];
  }

  /** The comment beside a finding, when it names the finding's rule and says why. */
  #comment(finding: Finding): Pick<Suppression, 'place' | 'reason'> | null {
    const comment = finding.excerpt?.ignoreComment ?? '';
    const end = comment.indexOf(']');
    if (comment === '' || !comment.startsWith('[') || end === -1) return null;
    const names = comment.slice(1, end).split(',');
    if (!names.some((name) => name.trim() === finding.rule)) return null;
    const { path, line } = finding.location;
    const place = `${path}:${line}`;
    const reason = comment.slice(end + 1).trim();
    if (reason !== '') return { place, reason };
    this.#note(`${place}: the comment that asks to ignore ${finding.rule} gives no reason`);
    return null;
  }

  #note(sentence: string): void {
    if (this.#notes.length <= scanNotesMax) this.#notes.push(sentence);
  }
}

/** A mistake in a file of the operator. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The mistake as a line. */
export function problemNote(path: string, { line, column, message }: PlacedProblem): string {
  return `${path}:${line}:${column}: ${message}`;
}

function within(folder: string, suppression: Suppression): Suppression {
  const { path } = suppression;
  return {
    ...suppression,
    path: {
      matches: (shown) =>
        shown.startsWith(folder) && (path === null || path.matches(shown.slice(folder.length))),
    },
  };
}

function fits({ rule, path, fingerprint }: Suppression, finding: ShownFinding): boolean {
  return (
    (rule === null || rule === finding.rule) &&
    (path === null || path.matches(finding.location.path)) &&
    (fingerprint === null || fingerprint === finding.fingerprint)
  );
}
