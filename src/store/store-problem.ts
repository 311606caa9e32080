/**
 * Why a store cannot be opened.
 *
 * locked    another process has it open
 * newer     a newer Davylamp has written it; this one would not understand all of it
 * older     an older Davylamp has written it, and who opens it must not bring it up to date
 * unusable  it cannot be read or written, or is not ours
 */
export interface StoreProblem {
  readonly code: 'locked' | 'newer' | 'older' | 'unusable';
  readonly message: string;
}
