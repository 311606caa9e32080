/**
 * A scan rule: one file in `rules/`, one page in `docs/rules/`, with examples that are its tests.
 *
 * A rule only says what it saw and how much that weighs. Position, grouping and the verdict are
 * the judge's (`judge.ts`).
 */
import type { Confidence, FoundIdentifier, Position, Severity } from '../../model/finding.ts';
import type { JobShape, JobView, Passage } from './job-view.ts';
import type { EvidenceGroup } from './weights.ts';

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** A trial rule reports, but its bits do not count. */
  readonly maturity: 'stable' | 'trial';
  readonly group: EvidenceGroup;
  /**
   * One of these, or an atom of the indicators (`Indicators.atoms`), must stand in the text, in
   * the open, for the rule to fire: a token in lower case
   * (`xmrig`), a flag (`-o`), or several that must all occur, with a blank between them.
   */
  readonly atoms: readonly string[];
  /** Shell scripts in which the rule must fire. */
  readonly hits: readonly Example[];
  /** Shell scripts that look alike and in which it must not fire. */
  readonly innocents: readonly Example[];
  look(view: JobView): readonly Match[];
}

export interface Example {
  readonly what: string;
  readonly script: string;
  readonly image?: string;
  /** Files of the same tree. */
  readonly files?: Readonly<Record<string, string>>;
  /** How often, how wide and how long; else once, for as long as the host lets it. */
  readonly shape?: Partial<JobShape>;
}

export interface Match {
  readonly passage: Passage;
  /** Before position. */
  readonly bits: number;
  readonly evidence: string;
  /** Where the evidence begins in the passage's text, if it stands there as it is. */
  readonly at?: number;
  /**
   * target        something that mines, or is mined for: a miner's command line, a pool, its image
   * identity      who is paid
   * sign          neither: it only adds bits
   * circumstance  a sign that is everyday CI by itself (a long sleep, a wide matrix): it counts,
   *               and is shown, only where another rule found one of the others that is not merely
   *               mentioned. So it needs no atom: what it keeps company with has one
   */
  readonly role: 'target' | 'identity' | 'sign' | 'circumstance';
  /** Where the words stand when the rule knows better than the passage. */
  readonly position?: Position;
  readonly identifiers?: readonly FoundIdentifier[];
  /** Reported as low severity and low confidence: the words are there, and do no harm. */
  readonly isWeak?: boolean;
  /** A private indicator had a part in it; the finding says so. */
  readonly isPrivate?: boolean;
  /** What could not be read because of it, a short sentence. */
  readonly unread?: string;
}
