import type { Dialect, FileRun } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';

/** Files that are read as this dialect whatever their names, since what names them says so. */
export function filesRunAs(sources: readonly SourceText[], dialect: Dialect): readonly FileRun[] {
  return sources.map((source) => ({ ...source, dialect }));
}
