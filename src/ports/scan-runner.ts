import type { DefinitionInput } from '../model/definition-input.ts';
import type { DefinitionReport } from '../model/finding.ts';

/**
 * Scans away from the event loop. Never rejects: a scan that dies or takes longer than `scanMsMax`
 * is a report with the verdict `unchecked` that says so.
 */
export interface ScanRunner {
  scan(input: DefinitionInput): Promise<DefinitionReport>;
}
