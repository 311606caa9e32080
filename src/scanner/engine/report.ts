/** Reports of several files as one. */
import { findingsPerDefinitionMax, identifiersPerDefinitionMax } from '../../base/limits.ts';
import { type DefinitionReport, VERDICTS } from '../../model/finding.ts';
import type { Dialect } from '../../model/job-definition.ts';

/** One report for each path, in the order in which the paths came. The worst verdict wins. */
export function mergeReports(reports: readonly DefinitionReport[]): DefinitionReport[] {
  const byPath = Map.groupBy(reports, ({ path }) => path);
  return [...byPath].map(([path, same]) => {
    const [first] = same;
    return first && same.length === 1
      ? first
      : combineReports(same, path, first?.dialect ?? 'shell');
  });
}

/** One report for all: the worst verdict, and everything that was seen and not read. */
export function combineReports(
  reports: readonly DefinitionReport[],
  path: string,
  dialect: Dialect,
): DefinitionReport {
  const findings = distinct(reports.flatMap((report) => report.findings));
  const identifiers = distinct(reports.flatMap((report) => report.identifiers));
  return {
    path,
    dialect,
    verdict: VERDICTS.find((verdict) => reports.some((one) => one.verdict === verdict)) ?? 'clear',
    bits: Math.max(0, ...reports.map(({ bits }) => bits)),
    executedBits: Math.max(0, ...reports.map(({ executedBits }) => executedBits)),
    broken: reports.some(({ broken }) => broken),
    unchecked: [...new Set(reports.flatMap(({ unchecked }) => unchecked))],
    findings: findings.sort((a, b) => b.bits - a.bits).slice(0, findingsPerDefinitionMax),
    identifiers: identifiers.slice(0, identifiersPerDefinitionMax),
  };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
