import type { Verdict } from '../model/finding.ts';
import { notClear } from './scan-report.ts';
import type { TreeScan } from './scan-tree.ts';

const LEVELS: Readonly<Record<Verdict, 'error' | 'warning' | 'notice'>> = {
  confirmed: 'error',
  suspected: 'warning',
  unchecked: 'notice',
  clear: 'notice',
};

/** Workflow commands that GitHub Actions shows as annotations beside the lines. */
export function scanGithub(scan: TreeScan): string {
  const lines: string[] = [];
  for (const { verdict, path, findings, unchecked } of notClear(scan)) {
    for (const { rule, title, location, evidence } of findings) {
      const { line, column, endLine, endColumn } = location;
      const place = `line=${line},col=${column},endLine=${endLine},endColumn=${endColumn}`;
      const message = escapeData(`${title} (${verdict}): ${evidence}`);
      const where = `file=${escapeProperty(location.path)},${place}`;
      lines.push(`::${LEVELS[verdict]} ${where},title=davylamp ${rule}::${message}`);
    }
    for (const what of unchecked) {
      lines.push(`::notice file=${escapeProperty(path)},title=davylamp::${escapeData(what)}`);
    }
  }
  for (const { path, why } of scan.unread) {
    lines.push(`::warning title=davylamp::${escapeData(`${path} was not read: ${why}`)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** The scanned tree writes part of the message; without this it could write commands of its own. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
