/**
 * The judge: what the rules saw, weighed by position, grouped, and brought to a verdict.
 *
 * A finding's bits are its weight times the factor of its position. In each evidence group the
 * largest finding counts, and the groups add. Circumstances count in company only. Evidence shares
 * a passage or stays apart: only an identity and an executed target in one passage confirm a miner.
 * A target that runs makes all of its passage run.
 */
import {
  evidenceLengthMax,
  findingsPerDefinitionMax,
  identifiersPerDefinitionMax,
} from '../../base/limits.ts';
import type { Finding, FoundIdentifier, Position, Verdict } from '../../model/finding.ts';
import { type Place, placeOf } from '../../model/source-text.ts';
import { encodedPlace } from './encoded-place.ts';
import type { JobView, Passage } from './job-view.ts';
import type { Match, Rule } from './rule.ts';
import { type EvidenceGroup, POSITION_FACTOR, SUSPECTED_BITS_MIN } from './weights.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly bits: number;
  readonly executedBits: number;
  readonly unchecked: readonly string[];
  readonly findings: readonly Finding[];
  readonly identifiers: readonly FoundIdentifier[];
}

/** What a rule saw, weighed by where it stands. */
export interface Weighed {
  readonly rule: Rule;
  readonly match: Match;
  readonly view: JobView;
  readonly position: Position;
  readonly bits: number;
}

/** Judges the jobs of one definition. `unread` is what could not be read of it before. */
export function judge(
  rules: readonly Rule[],
  views: readonly JobView[],
  unread: readonly string[],
): Judgement {
  return judgeWeighed(weighAll(rules, views), unread);
}

/** What the rules see in the jobs of one definition. */
export function weighAll(rules: readonly Rule[], views: readonly JobView[]): readonly Weighed[] {
  return views.flatMap((view) => weigh(rules, view));
}

/** What of it stands in a file that the definition runs, or is run through it. */
export function weighedThrough(weighed: readonly Weighed[], path: string): readonly Weighed[] {
  return weighed.filter(({ match }) => match.passage.via?.includes(path) === true);
}

export function judgeWeighed(all: readonly Weighed[], unread: readonly string[]): Judgement {
  const weighed = withCompany(all);
  const sentences = weighed.flatMap(({ match }) => match.unread ?? []);
  const unchecked = [...new Set([...unread, ...sentences])];
  const executed = weighed.filter(({ position }) => position === 'executed');
  const isMining = isConfirmed(executed) || paysThroughImage(weighed);
  const verdict = isMining ? 'confirmed' : verdictOf(executed, unchecked);
  const findings = findingsOf(weighed);
  const listed = findings.slice(0, findingsPerDefinitionMax).map(withEncodedPlace);
  if (verdict !== 'clear' && listed.length < findings.length) {
    unchecked.push(`there are ${findings.length} findings, and ${listed.length} are listed`);
  }
  const bits = groupedBits(weighed);
  const executedBits = groupedBits(executed);
  return {
    verdict,
    bits,
    executedBits,
    unchecked,
    findings: listed,
    identifiers: identifiersOf(weighed),
  };
}

function weigh(rules: readonly Rule[], view: JobView): readonly Weighed[] {
  const seen = rules.flatMap((rule) => rule.look(view).map((match) => ({ rule, match })));
  const running = new Set<Passage>();
  for (const { match } of seen) {
    const position = match.position ?? match.passage.position;
    if (match.role === 'target' && position === 'executed') running.add(match.passage);
  }
  return seen.map(({ rule, match }) => {
    const stands = match.position ?? match.passage.position;
    const position = running.has(match.passage) ? 'executed' : stands;
    const weight = rule.maturity === 'trial' ? 0 : match.bits;
    return { rule, match, view, position, bits: weight * POSITION_FACTOR[position] };
  });
}

/** Leaves out circumstances where nothing else was found that runs or may run. */
function withCompany(weighed: readonly Weighed[]): readonly Weighed[] {
  const isCompany = ({ match, position, bits }: Weighed): boolean =>
    match.role !== 'circumstance' && position !== 'mentioned' && bits > 0;
  if (weighed.some(isCompany)) return weighed;
  return weighed.filter(({ match }) => match.role !== 'circumstance');
}

function verdictOf(executed: readonly Weighed[], unchecked: readonly string[]): Verdict {
  if (groupedBits(executed) >= SUSPECTED_BITS_MIN) return 'suspected';
  return unchecked.length > 0 ? 'unchecked' : 'clear';
}

/** Somebody is paid for something that mines and that runs. */
function isConfirmed(executed: readonly Weighed[]): boolean {
  const targets = executed.filter(({ rule, match }) => {
    return match.role === 'target' && rule.maturity === 'stable';
  });
  const passages = new Set(targets.map(({ match }) => match.passage));
  return executed.some((one) => {
    const { match } = one;
    return match.role === 'identity' && passages.has(match.passage) && !isDefault(one);
  });
}

/**
 * A payout that stands in an `ENV` of an image and in none of its commands is what whoever starts
 * the image may set, as packagers of miners have it: it binds nobody until somebody starts it.
 */
function isDefault({ match: { passage, evidence }, view }: Weighed): boolean {
  if (!('atStart' in passage) || passage.atStart !== true) return false;
  const { source, start, end } = passage;
  if (source.text.slice(start, end).includes(evidence)) return false;
  return view.shape.environment.some(({ value }) => value.text.includes(evidence));
}

/** The image of a job reads its variables, so an address among them is the miner's. */
function paysThroughImage(weighed: readonly Weighed[]): boolean {
  const mining = weighed.filter(({ match, position, view }) => {
    return position === 'executed' && view.images.includes(match.passage);
  });
  const views = new Set(mining.map(({ view }) => view));
  return weighed.some(({ match, view }) => {
    const isVariable = 'kind' in match.passage && match.passage.kind === 'variable';
    return match.role === 'identity' && isVariable && views.has(view);
  });
}

function groupedBits(weighed: readonly Weighed[]): number {
  const largest = new Map<EvidenceGroup, number>();
  for (const { rule, bits } of weighed) {
    largest.set(rule.group, Math.max(largest.get(rule.group) ?? 0, bits));
  }
  return rounded([...largest.values()].reduce((sum, bits) => sum + bits, 0));
}

interface Found {
  readonly finding: Finding;
  readonly passage: Passage;
}

/** Done for what is listed only: the source is looked through for each. */
function withEncodedPlace({ finding, passage }: Found): Finding {
  const encodedAt = encodedPlace(passage);
  return encodedAt ? { ...finding, encodedAt } : finding;
}

/** Weightiest first, then in the order of the file; the same words are said once. */
function findingsOf(weighed: readonly Weighed[]): readonly Found[] {
  const findings = new Map<string, Found>();
  for (const one of weighed) {
    const finding = findingOf(one);
    const { line, column, path } = finding.location;
    const key = JSON.stringify([finding.rule, path, line, column, finding.evidence]);
    const before = findings.get(key);
    if (!before || before.finding.bits < finding.bits) {
      findings.set(key, { finding, passage: one.match.passage });
    }
  }
  return [...findings.values()].sort((a, b) => byWeight(a.finding, b.finding));
}

function byWeight(a: Finding, b: Finding): number {
  if (a.bits !== b.bits) return b.bits - a.bits;
  if (a.location.line !== b.location.line) return a.location.line - b.location.line;
  return a.location.column - b.location.column;
}

function findingOf({ rule, match, view, position, bits }: Weighed): Finding {
  return {
    rule: rule.id,
    title: match.isPrivate ? `${rule.title} (by a private indicator)` : rule.title,
    severity: match.isWeak ? 'low' : rule.severity,
    confidence: match.isWeak ? 'low' : rule.confidence,
    position,
    bits: rounded(bits),
    job: view.name,
    location: locationOf(match),
    evidence: shortened(match.evidence),
    decoded: match.passage.layers.map(shortened),
    ...(match.passage.via?.length ? { via: match.passage.via } : {}),
  };
}

/** The words themselves where they stand in the open in a longer text, else the whole command. */
function locationOf({ passage, evidence, at }: Match): Place {
  const { source, start, end, text } = passage;
  const isVerbatim = at !== undefined && source.text === text && text.startsWith(evidence, at);
  return isVerbatim
    ? placeOf(source, at, at + evidence.length)
    : placeOf(source, start, Math.min(end, source.text.length));
}

function identifiersOf(weighed: readonly Weighed[]): readonly FoundIdentifier[] {
  const found = new Map<string, FoundIdentifier>();
  for (const { match, position } of weighed) {
    if (position === 'mentioned') continue;
    for (const one of match.identifiers ?? []) {
      if (found.size < identifiersPerDefinitionMax) found.set(`${one.kind} ${one.value}`, one);
    }
  }
  return [...found.values()];
}

function shortened(text: string): string {
  return text.length <= evidenceLengthMax ? text : `${text.slice(0, evidenceLengthMax - 1)}…`;
}

/** To tenths: sums of factors such as 0.4 would show their binary tails. */
function rounded(bits: number): number {
  return Math.round(bits * 10) / 10;
}
