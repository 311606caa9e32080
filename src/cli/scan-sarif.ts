/**
 * SARIF 2.1.0. Lines and columns count from 1 there as here.
 *
 * Findings are results; what could not be read is a notification of the run, so that a viewer does
 * not list it as an alert. What the operator suppressed or the baseline knows is left out: GitHub
 * opens an alert for every result, also for one that is marked as suppressed.
 */
import type { Severity, Verdict } from '../model/finding.ts';
import type { Place } from '../model/source-text.ts';
import { sentenceFingerprint } from './fingerprint.ts';
import { DEFINITIONS_KEY, FINGERPRINT_KEY } from './report-names.ts';
import { SARIF_LEVELS, type SarifLevel, sarifRules, UNCHECKED } from './sarif-rules.ts';
import { excerptText, jsonText } from './scan-json.ts';
import {
  distinctFindings,
  type ScanOutcome,
  type ShownDefinition,
  type ShownFinding,
} from './scan-outcome.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const ROOT = '%SRCROOT%';

export interface SarifTool {
  readonly version: string;
  /** Where the project's pages are, or an empty string. */
  readonly homepage: string;
}

export function scanSarif(outcome: ScanOutcome, tool: SarifTool, exitCode: number): string {
  const rules = sarifRules(tool.homepage);
  const ids = rules.map(({ id }) => id);
  const results = distinctFindings(outcome).map(({ finding, definition }) => {
    return resultOf(finding, definition, ids);
  });
  const driver = {
    name: 'davylamp',
    version: tool.version,
    semanticVersion: tool.version,
    ...(tool.homepage === '' ? {} : { informationUri: tool.homepage }),
    rules,
    notifications: [UNCHECKED],
  };
  const run = {
    tool: { driver },
    automationDetails: { id: 'davylamp/scan/' },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      [ROOT]: { description: { text: 'The folder that davylamp was started in.' } },
    },
    results,
    invocations: [invocationOf(outcome, exitCode)],
    properties: {
      [DEFINITIONS_KEY]: outcome.definitions.map(({ path, verdict }) => ({ path, verdict })),
    },
  };
  return jsonText({ version: '2.1.0', $schema: SCHEMA, runs: [run] });
}

function invocationOf({ definitions, unread, notes }: ScanOutcome, exitCode: number) {
  return {
    executionSuccessful: unread.length === 0,
    exitCode,
    toolExecutionNotifications: [
      ...definitions.flatMap(uncheckedNotifications),
      ...unread.map(({ path, why }) => ({
        ...notification('warning', `${path} was not read: ${why}`, path),
        properties: { fingerprint: sentenceFingerprint(path, why) },
      })),
    ],
    toolConfigurationNotifications: notes.map((text) => ({ level: 'note', message: { text } })),
  };
}

function uncheckedNotifications({ path, unchecked }: ShownDefinition) {
  return unchecked.map((sentence) => ({
    ...notification('note', sentence, path),
    properties: { fingerprint: sentenceFingerprint(path, sentence) },
  }));
}

function notification(level: SarifLevel, text: string, path: string) {
  const physicalLocation = { artifactLocation: artifactOf(path) };
  const descriptor = { id: UNCHECKED.id, index: 0 };
  return { descriptor, level, message: { text }, locations: [{ physicalLocation }] };
}

function resultOf(finding: ShownFinding, definition: ShownDefinition, ids: readonly string[]) {
  const { rule, title, evidence, decoded, severity, confidence, position } = finding;
  const { verdict, path } = definition;
  const ruleIndex = ids.indexOf(rule);
  const codeFlow = codeFlowOf(finding, definition);
  return {
    ruleId: rule,
    ...(ruleIndex === -1 ? {} : { ruleIndex }),
    level: levelOf(severity, verdict),
    message: { text: `${title}: ${evidence}` },
    locations: [locationOf(finding)],
    partialFingerprints: { [FINGERPRINT_KEY]: finding.fingerprint },
    ...(codeFlow === null ? {} : { codeFlows: [codeFlow] }),
    properties: {
      ...{ verdict, severity, confidence, position, decoded },
      ...{ bits: finding.bits, job: finding.job, definition: path },
    },
  };
}

/** As bad as the finding, and no worse than the definition: a pool in an `echo` is no error. */
function levelOf(severity: Severity, verdict: Verdict): SarifLevel {
  const level = SARIF_LEVELS[severity];
  if (verdict === 'confirmed') return level;
  return verdict === 'suspected' && level === 'error' ? 'warning' : 'note';
}

function locationOf(finding: ShownFinding) {
  const { location, excerpt, job } = finding;
  const text = excerptText(excerpt);
  const region = regionOf(location);
  return {
    physicalLocation: {
      artifactLocation: artifactOf(location.path),
      region,
      ...(text === null ? {} : { contextRegion: contextRegionOf(location, text) }),
    },
    ...(job === '' ? {} : { logicalLocations: [{ name: job, kind: 'function' }] }),
  };
}

function regionOf({ line, column, endLine, endColumn }: Place) {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** The whole lines of the excerpt; a viewer without the files shows their text. */
function contextRegionOf({ line }: Place, text: string) {
  return { startLine: line, endLine: line + text.split('\n').length - 1, snippet: { text } };
}

/** The way to the words: files that run one another, layers seen through, the words themselves. */
function codeFlowOf(finding: ShownFinding, { path }: ShownDefinition) {
  const { decoded, evidence, location, via = [] } = finding;
  if (decoded.length + via.length === 0) return null;
  const here = { artifactLocation: artifactOf(location.path), region: regionOf(location) };
  const steps = [
    ...via.slice(0, -1).map((file) => {
      return { physicalLocation: { artifactLocation: artifactOf(file) }, text: 'It runs a file' };
    }),
    ...decoded.map((layer) => ({ physicalLocation: here, text: `Seen through: ${layer}` })),
    { physicalLocation: here, text: `Found: ${evidence}` },
  ];
  const locations = steps.map(({ physicalLocation, text }, nestingLevel) => ({
    location: { physicalLocation, message: { text } },
    nestingLevel,
  }));
  return { message: { text: `How it comes to run in ${path}` }, threadFlows: [{ locations }] };
}

/** Paths in the folder that the command was started in are relative to it, others stand alone. */
function artifactOf(path: string) {
  // Half a surrogate pair, which a hostile name may hold, has no URI.
  const uri = path.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: ROOT };
}
