/**
 * Fingerprints: who is the same finding in two scans. They hold the rule, the file and the words
 * that matched, never the line, so that a finding which moves stays the same one. The same words
 * found twice in a file are told apart by counting.
 */
import { sha256Hex } from '../base/hash.ts';
import type { Finding } from '../model/finding.ts';

const LENGTH = 32;

/** A fingerprint for each finding of one definition, in their order. */
export function findingFingerprints(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  const fingerprints = new Map<Finding, string>();
  for (const finding of findings.toSorted(byPlace)) {
    const words = [finding.rule, finding.location.path, finding.evidence];
    const key = JSON.stringify(words);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    fingerprints.set(finding, fingerprintOf([...words, `${count}`]));
  }
  return findings.map((finding) => fingerprints.get(finding) ?? '');
}

/** The fingerprint of a sentence on what was not read. */
export function sentenceFingerprint(path: string, sentence: string): string {
  return fingerprintOf(['', path, sentence]);
}

function fingerprintOf(parts: readonly string[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, LENGTH);
}

function byPlace(a: Finding, b: Finding): number {
  return a.location.line - b.location.line || a.location.column - b.location.column;
}
