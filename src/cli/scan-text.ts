import type { DefinitionReport, Finding, Verdict } from '../model/finding.ts';
import { notClear, summaryOf } from './scan-report.ts';
import type { TreeScan } from './scan-tree.ts';

export interface TextStyle {
  readonly color: boolean;
}

const COLORS: Readonly<Record<Verdict, string>> = {
  confirmed: '\u001b[1;31m',
  suspected: '\u001b[1;33m',
  unchecked: '\u001b[36m',
  clear: '\u001b[32m',
};
/** Sentences on what was not read, a definition. */
const UNCHECKED_SHOWN_MAX = 8;
const RESET = '\u001b[0m';

/** For people: one block a definition, its findings with place and proof, a summary at the end. */
export function scanText(scan: TreeScan, style: TextStyle): string {
  const blocks = notClear(scan).map((definition) => definitionText(definition, style));
  const unread = scan.unread.map(
    ({ path, why }) => `${printable(path)}: not read: ${printable(why)}\n`,
  );
  return [...blocks, ...unread, summaryText(scan)].join('\n');
}

function definitionText(definition: DefinitionReport, { color }: TextStyle): string {
  const { path, dialect, verdict, bits, findings, unchecked } = definition;
  const word = color ? `${COLORS[verdict]}${verdict}${RESET}` : verdict;
  const evidence = bits > 0 ? `, ${bits.toFixed(1)} bits` : '';
  const head = `${word} ${printable(path)} (${dialect}${evidence})\n`;
  const lines = unchecked.slice(0, UNCHECKED_SHOWN_MAX).map((what) => {
    return `  not read: ${printable(what)}\n`;
  });
  const more = unchecked.length - lines.length;
  if (more > 0) lines.push(`  not read: ${more} more, see --format json\n`);
  return head + findings.map(findingText).join('') + lines.join('');
}

function findingText(finding: Finding): string {
  const { rule, title, position, location, evidence, decoded, bits } = finding;
  const place = `${printable(location.path)}:${location.line}:${location.column}`;
  const lines = [
    `  ${place} ${title} [${rule}, ${position}, ${bits.toFixed(1)} bits]`,
    `    ${printable(evidence)}`,
    ...decoded.map((layer) => `    decoded: ${printable(layer)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function summaryText(scan: TreeScan): string {
  const { definitions, confirmed, suspected, clear, unchecked, files } = summaryOf(scan);
  const unread = scan.unread.length > 0 ? `, ${scan.unread.length} not read` : '';
  const verdicts = [
    `${confirmed} confirmed`,
    `${suspected} suspected`,
    `${unchecked} unchecked`,
    `${clear} clear`,
  ];
  return `${definitions} definitions in ${files} files: ${verdicts.join(', ')}${unread}\n`;
}

/** What the scanned tree wrote must not move the reader's cursor or change his colours. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c === '\n' ? '⏎' : c === '\t' ? ' ' : '·',
  );
}
