import type { DefinitionReport, Verdict } from '../model/finding.ts';
import type { TreeScan } from './scan-tree.ts';

export interface ScanSummary {
  readonly files: number;
  readonly definitions: number;
  readonly confirmed: number;
  readonly suspected: number;
  readonly clear: number;
  readonly unchecked: number;
}

/** Counts every definition. */
export function summaryOf({ files, reports }: TreeScan): ScanSummary {
  const count = (verdict: Verdict): number =>
    reports.filter((report) => report.verdict === verdict).length;
  return {
    files,
    definitions: reports.length,
    confirmed: count('confirmed'),
    suspected: count('suspected'),
    clear: count('clear'),
    unchecked: count('unchecked'),
  };
}

const ORDER: readonly Verdict[] = ['confirmed', 'suspected', 'unchecked', 'clear'];

/** The definitions that are not clear, worst first. */
export function notClear({ reports }: TreeScan): readonly DefinitionReport[] {
  return reports
    .filter((report) => report.verdict !== 'clear')
    .toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}
