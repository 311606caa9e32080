/** Reports of several files as one. */
import { findingsPerDefinitionMax, identifiersPerDefinitionMax } from '../../base/limits.ts';
import { type DefinitionReport, type Finding, VERDICTS } from '../../model/finding.ts';
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
  const findings = distinctFindings(reports);
  const identifiers = distinct(reports.flatMap((report) => report.identifiers));
  const verdict = VERDICTS.find((one) => reports.some((report) => report.verdict === one));
  const worst = reports.filter((report) => report.path === path && report.verdict === verdict);
  const via = worst.find((report) => report.via)?.via;
  return {
    path,
    dialect,
    ...(via ? { via } : {}),
    verdict: verdict ?? 'clear',
    bits: Math.max(0, ...reports.map(({ bits }) => bits)),
    executedBits: Math.max(0, ...reports.map(({ executedBits }) => executedBits)),
    broken: reports.some(({ broken }) => broken),
    unchecked: [...new Set(reports.flatMap(({ unchecked }) => unchecked))],
    findings: findings.sort((a, b) => b.bits - a.bits).slice(0, findingsPerDefinitionMax),
    identifiers: identifiers.slice(0, identifiersPerDefinitionMax),
  };
}

/** A finding that several chains lead to is told once, with the first chain that there is. */
function distinctFindings(reports: readonly DefinitionReport[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of reports.flatMap(({ findings }) => findings)) {
    const { via: _via, job: _job, ...rest } = finding;
    const key = JSON.stringify(rest);
    const before = found.get(key);
    if (!before?.via) found.set(key, finding);
  }
  return [...found.values()];
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
