import type { DefinitionReport, Finding } from '../model/finding.ts';
import { notClear, summaryOf } from './scan-report.ts';
import type { TreeScan } from './scan-tree.ts';

/** The versioned form that scripts read: `davylamp.scan/1`. Fields are only ever added. */
export function scanJson(scan: TreeScan): string {
  const report = {
    schema: 'davylamp.scan/1',
    summary: summaryOf(scan),
    definitions: notClear(scan).map(definitionJson),
    unread: scan.unread,
  };
  return `${JSON.stringify(report, null, 1)}\n`;
}

function definitionJson({ path, dialect, verdict, bits, unchecked, findings }: DefinitionReport) {
  return { path, dialect, verdict, bits, unchecked, findings: findings.map(findingJson) };
}

function findingJson(finding: Finding) {
  const { rule, title, severity, confidence, position, location, evidence, decoded } = finding;
  const { bits, job } = finding;
  return { rule, title, severity, confidence, position, location, evidence, decoded, bits, job };
}
