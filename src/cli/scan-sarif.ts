import { sha256Hex } from '../base/hash.ts';
import type { DefinitionReport, Finding, Verdict } from '../model/finding.ts';
import type { Place } from '../model/source-text.ts';
import { notClear } from './scan-report.ts';
import type { TreeScan } from './scan-tree.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const LEVELS: Readonly<Record<Verdict, 'error' | 'warning' | 'note'>> = {
  confirmed: 'error',
  suspected: 'warning',
  unchecked: 'note',
  clear: 'note',
};

/** SARIF 2.1.0. Lines and columns count from 1 there as here. */
export function scanSarif(scan: TreeScan, version: string): string {
  const definitions = notClear(scan);
  const log = {
    version: '2.1.0',
    $schema: SCHEMA,
    runs: [
      {
        tool: { driver: { name: 'davylamp', version, rules: rulesOf(definitions) } },
        columnKind: 'utf16CodeUnits',
        results: definitions.flatMap(resultsOf),
        invocations: [
          {
            executionSuccessful: scan.unread.length === 0,
            toolExecutionNotifications: scan.unread.map(({ path, why }) => ({
              level: 'warning',
              message: { text: `${path} was not read: ${why}` },
            })),
          },
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

const UNCHECKED_RULE = 'unchecked';

function rulesOf(definitions: readonly DefinitionReport[]) {
  const titles = new Map<string, string>();
  for (const { findings, unchecked } of definitions) {
    for (const { rule, title } of findings) titles.set(rule, title);
    if (unchecked.length > 0) titles.set(UNCHECKED_RULE, 'Part of a definition was not read');
  }
  return [...titles].map(([id, text]) => ({ id, shortDescription: { text } }));
}

function resultsOf({ path, verdict, findings, unchecked }: DefinitionReport) {
  return [
    ...findings.map((finding) => findingResult(finding, verdict)),
    ...unchecked.map((text) => ({
      ruleId: UNCHECKED_RULE,
      level: 'note',
      message: { text },
      locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(path) } } }],
      partialFingerprints: { 'davylamp/v1': sha256Hex(`${path}\n${text}`) },
    })),
  ];
}

function findingResult(finding: Finding, verdict: Verdict) {
  const { rule, title, evidence, location, decoded, severity, confidence, position } = finding;
  return {
    ruleId: rule,
    level: LEVELS[verdict],
    message: { text: `${title}: ${evidence}` },
    locations: [physical(location)],
    // The line is left out: a finding that moves is the same finding.
    partialFingerprints: { 'davylamp/v1': sha256Hex(`${rule}\n${location.path}\n${evidence}`) },
    properties: { verdict, severity, confidence, position, decoded },
  };
}

function physical({ path, line, column, endLine, endColumn }: Place) {
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(path) },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  };
}
