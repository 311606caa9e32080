/** The rules as SARIF describes them to a viewer. */
import type { Severity } from '../model/finding.ts';
import type { Rule } from '../scanner/engine/rule.ts';
import { RULES } from '../scanner/rules/registry.ts';
import { ruleHelp } from './rule-page.ts';

export type SarifLevel = 'error' | 'warning' | 'note';

export const SARIF_LEVELS: Readonly<Record<Severity, SarifLevel>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
};

/** What GitHub ranks alerts by, in the way of CVSS: high from 7.0, medium from 4.0. */
const SECURITY_SEVERITIES: Readonly<Record<Severity, string>> = {
  high: '8.0',
  medium: '5.5',
  low: '2.0',
};
/** Stands for every sentence on what was not read. */
export const UNCHECKED = {
  id: 'unchecked',
  shortDescription: { text: 'Part of a definition was not read' },
};

export function sarifRules(homepage: string) {
  return RULES.map((rule) => descriptorOf(rule, homepage));
}

function descriptorOf({ id, title, severity, confidence, maturity }: Rule, homepage: string) {
  const help = ruleHelp(id);
  return {
    id,
    name: id,
    shortDescription: { text: title },
    ...(help === null ? {} : { help: { text: help, markdown: help } }),
    ...(homepage === '' ? {} : { helpUri: `${homepage}/docs/rules/${id}.md` }),
    defaultConfiguration: { level: SARIF_LEVELS[severity] },
    properties: {
      'tags': ['security', 'cryptocurrency-mining'],
      'precision': confidence,
      'security-severity': SECURITY_SEVERITIES[severity],
      maturity,
    },
  };
}
