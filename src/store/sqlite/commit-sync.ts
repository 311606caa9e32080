/** Who sees to it that what was committed gets onto stable storage. */
export interface CommitSync {
  /** Something was committed without a sync. */
  written(): void;
  /** Resolves once all that was written so far may be told to whoever asked in this thread. */
  settled(): Promise<void>;
}
