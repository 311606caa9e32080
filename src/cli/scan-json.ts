import type { Excerpt } from '../model/excerpt.ts';
import { JSON_SCHEMA } from './report-names.ts';
import type { ScanOutcome, ShownDefinition, ShownFinding } from './scan-outcome.ts';

/** The versioned form that scripts read: `davylamp.scan/1`. Fields are only ever added. */
export function scanJson(outcome: ScanOutcome): string {
  const { summary, definitions, repositories, unread, notes, aside } = outcome;
  const report = {
    schema: JSON_SCHEMA,
    summary,
    definitions: definitions.map(definitionJson),
    unread,
    repositories,
    aside: {
      excludedFiles: aside.excludedFiles,
      untrackedFiles: aside.untrackedFiles,
      unchangedDefinitions: aside.unchangedDefinitions,
      knownDefinitions: aside.knownDefinitions,
      known: aside.known,
      suppressed: aside.suppressed.map(({ finding, by, reason }) => {
        const { rule, location, fingerprint } = finding;
        return { rule, location, fingerprint, by, reason };
      }),
    },
    notes,
  };
  return jsonText(report);
}

/**
 * JSON that is safe to look at on a terminal: control characters and marks of direction, which
 * JSON allows in the open, stand as escapes. They can only stand inside strings.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 1).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}

function definitionJson(definition: ShownDefinition) {
  const { path, dialect, verdict, bits, unchecked, findings, via = [] } = definition;
  return { path, dialect, verdict, bits, unchecked, findings: findings.map(findingJson), via };
}

function findingJson(finding: ShownFinding) {
  const { rule, title, severity, confidence, position, location, evidence, decoded } = finding;
  const { bits, job, fingerprint, encodedAt = null, via = [] } = finding;
  return {
    ...{ rule, title, severity, confidence, position, location, evidence, decoded },
    ...{ bits, job, fingerprint, excerpt: excerptText(finding.excerpt), encodedAt, via },
  };
}

/** The lines of an excerpt as they stand in the file, or null where the file was not at hand. */
export function excerptText(excerpt: Excerpt | undefined): string | null {
  return excerpt === undefined ? null : excerpt.lines.map(({ text }) => text).join('\n');
}
