import type { Verdict } from '../model/finding.ts';
import { printable } from './printable-text.ts';
import {
  isNotable,
  type ScanOutcome,
  type ShownDefinition,
  type ShownFinding,
} from './scan-outcome.ts';
import { excerptLines } from './show-excerpt.ts';

export interface TextStyle {
  readonly color: boolean;
  /** Weak findings, every sentence and what was set aside, too. */
  readonly verbose: boolean;
  /** Nothing but what is confirmed or suspected. */
  readonly quiet: boolean;
}

/** Ways to colour: what a verdict looks like, and what stands back. */
const COLORS: Readonly<Record<Verdict | 'dim' | 'bold', string>> = {
  confirmed: '\u001b[1;31m',
  suspected: '\u001b[1;33m',
  unchecked: '\u001b[36m',
  clear: '\u001b[32m',
  dim: '\u001b[2m',
  bold: '\u001b[1m',
};
/** An organisation has thousands, and most are everyday. */
const UNCHECKED_SHOWN_MAX = 20;
const REPOSITORY_VERDICTS = ['confirmed', 'suspected', 'unchecked'] as const;
const RESET = '\u001b[0m';

/** For people: a block a definition, its findings in their source, a summary at the end. */
export function scanText(outcome: ScanOutcome, style: TextStyle): string {
  const { definitions, unread } = outcome;
  const isBad = ({ verdict }: ShownDefinition): boolean => verdict !== 'unchecked';
  const seen = new Set<string>();
  const bad = definitions.filter(isBad).map((one) => `${definitionText(one, style, seen)}\n`);
  if (style.quiet) return bad.join('');
  const notBad = definitions.filter((one) => !isBad(one));
  const unchecked = style.verbose ? notBad : notBad.slice(0, UNCHECKED_SHOWN_MAX);
  const more = notBad.length - unchecked.length;
  const lines = [
    ...bad,
    ...unchecked.map((one) => definitionText(one, style, seen)),
    ...(more > 0 ? [`unchecked: ${more} more, which --verbose shows\n`] : []),
    ...unread.map(({ path, why }) => `not read: ${printable(path)}: ${printable(why)}\n`),
    ...(style.verbose ? suppressedLines(outcome) : []),
  ];
  const gap = unchecked.length + unread.length > 0 ? '\n' : '';
  return [...lines, gap, repositoriesText(outcome, style), summaryText(outcome)].join('');
}

/** A script's findings are also those of what runs it; they are `seen` once. */
function definitionText(definition: ShownDefinition, style: TextStyle, seen: Set<string>): string {
  const { path, dialect, verdict, bits, findings, unchecked } = definition;
  const isBad = verdict !== 'unchecked';
  const notable = findings.filter((one) => style.verbose || isNotable(definition, one));
  const shown = notable.filter(({ fingerprint }) => !seen.has(fingerprint));
  for (const { fingerprint } of shown) seen.add(fingerprint);
  const known = shown.length === 0 ? 'its' : 'other';
  const above = shown.length < notable.length ? [`  ${known} findings stand above\n`] : [];
  const evidence = bits > 0 ? `, ${bits.toFixed(1)} bits` : '';
  const name = paint(printable(path), 'bold', style);
  const head = `${paint(verdict, verdict, style)} ${name} (${dialect}${evidence})`;
  const chain = definition.via === undefined ? [] : [`  run by ${chainText(definition.via)}\n`];
  const places = Map.groupBy(shown, placeKey).values();
  const blocks = [...places].map((findings) => placeText(findings, verdict, style));
  const isBrief = !isBad && !style.verbose && blocks.length === 0;
  if (isBrief) return `${head}: ${firstOf(unchecked)}\n`;
  const sentences = style.verbose || unchecked.length <= 1 ? unchecked : [firstOf(unchecked)];
  return [`${head}\n`, ...chain, ...blocks, ...above, ...sentences.map(notReadLine)].join('');
}

function notReadLine(sentence: string): string {
  return `  not read: ${printable(sentence)}\n`;
}

function firstOf(sentences: readonly string[]): string {
  const [first = '', ...rest] = sentences;
  return printable(first) + (rest.length > 0 ? ` (and ${rest.length} more)` : '');
}

/** Findings of one place are shown together: one command is often a pool, a miner and a payout. */
function placeKey({ location, job, decoded, via }: ShownFinding): string {
  return JSON.stringify([location, job, decoded, via]);
}

/** The files that run one another, without the last, which is the one that is spoken of. */
function chainText(via: readonly string[]): string {
  return via.slice(0, -1).map(printable).join(' → ');
}

function placeText(findings: readonly ShownFinding[], verdict: Verdict, style: TextStyle): string {
  const [first] = findings;
  if (first === undefined) return '';
  const { location, job, decoded, excerpt, via } = first;
  const place = `${printable(location.path)}:${location.line}:${location.column}`;
  const mark = (text: string): string => paint(text, verdict, style);
  const dim = (text: string): string => paint(text, 'dim', style);
  const lines = [
    `  ${place}${job === '' ? '' : ` in job ${printable(job)}`}`,
    ...(via === undefined ? [] : [`    ${dim('run by')} ${chainText(via)}`]),
    ...(excerpt === undefined ? [] : excerptLines(excerpt, mark, dim)),
    ...decoded.map((layer, i) => `    ${dim(`decoded ${i + 1}:`)} ${printable(layer)}`),
    ...findings.map((finding) => `    ${findingText(finding, dim)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Why it fired: what it is, where the words stand, what they weigh, and the words themselves. */
function findingText(finding: ShownFinding, dim: (text: string) => string): string {
  const { rule, title, position, bits, evidence, decoded, excerpt } = finding;
  const isInSight =
    decoded.at(-1) === evidence ||
    (decoded.length === 0 && excerpt?.lines.some(({ text }) => text.includes(evidence)) === true);
  const words = isInSight ? '' : `: ${printable(evidence)}`;
  return `${title} ${dim(`[${rule}, ${position}, ${bits.toFixed(1)} bits]`)}${words}`;
}

function suppressedLines({ aside }: ScanOutcome): readonly string[] {
  return aside.suppressed.map(({ finding, by, reason }) => {
    const { path, line, column } = finding.location;
    const place = `${printable(path)}:${line}:${column}`;
    return `suppressed: ${place} ${finding.rule}, by ${printable(by)}: ${printable(reason)}\n`;
  });
}

/** For an organisation: a line for each repository that is not clear. */
function repositoriesText({ repositories }: ScanOutcome, style: TextStyle): string {
  if (repositories.length < 2) return '';
  const dirty = repositories.filter(({ confirmed, suspected, unchecked }) => {
    return confirmed + suspected + unchecked > 0;
  });
  const lines = dirty.map(({ path, ...counts }) => {
    const parts = REPOSITORY_VERDICTS.flatMap((verdict) => {
      const count = counts[verdict];
      return count === 0 ? [] : [paint(`${count} ${verdict}`, verdict, style)];
    });
    return `${printable(path)}: ${parts.join(', ')}\n`;
  });
  const clear = repositories.length - dirty.length;
  return `${lines.join('')}${repositories.length} repositories, ${clear} of them clear\n`;
}

function summaryText({ summary, unread, aside }: ScanOutcome): string {
  const { definitions, confirmed, suspected, clear, unchecked, files } = summary;
  const counts = [
    `${confirmed} confirmed`,
    `${suspected} suspected`,
    `${unchecked} unchecked`,
    `${clear} clear`,
    ...(unread.length > 0 ? [`${unread.length} not read`] : []),
  ];
  const { excludedFiles, untrackedFiles, unchangedDefinitions, known, suppressed } = aside;
  const left = [
    ...(excludedFiles > 0 ? [`${amount(excludedFiles, 'file')} excluded`] : []),
    ...(untrackedFiles > 0 ? [`${amount(untrackedFiles, 'untracked file')}`] : []),
    ...(unchangedDefinitions > 0 ? [`${unchangedDefinitions} unchanged`] : []),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
    ...(known > 0 ? [`${known} known from the baseline`] : []),
  ];
  const rest = left.length > 0 ? `; left aside: ${left.join(', ')}` : '';
  const head = `${amount(definitions, 'definition')} in ${amount(files, 'file')}`;
  return `${head}: ${counts.join(', ')}${rest}\n`;
}

function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function paint(text: string, color: keyof typeof COLORS, style: TextStyle): string {
  return style.color ? `${COLORS[color]}${text}${RESET}` : text;
}
