/**
 * What the linker knows, for a store: facts alone, since bonds and parties follow from them. Lists
 * hold rows one behind the other, flat: there are millions of them.
 */
export type LinkValue = string | number | null;

export const LINK_TABLES = ['accounts', 'identifiers', 'showings'] as const;

export type LinkTable = (typeof LINK_TABLES)[number];

/**
 * `number` is the linker's own, counted from 1. Times are milliseconds since 1970; `starts` holds
 * some, with spaces between. `last_shown_at` is written with a new row; showings tell later times.
 */
export const LINK_COLUMNS = {
  accounts: ['number', 'ref', 'first_seen_at', 'signed_up_at', 'vouched', 'starts'],
  identifiers: ['number', 'kind', 'key', 'display', 'last_shown_at'],
  showings: ['account', 'identifier', 'first_seen_at', 'last_seen_at'],
} as const satisfies Readonly<Record<LinkTable, readonly string[]>>;

/** What a batch has changed: rows as they are now, and showings that are no more. */
export interface LinkChanges {
  readonly accounts: readonly LinkValue[];
  readonly identifiers: readonly LinkValue[];
  readonly showings: readonly number[];
  /** Pairs of account and identifier. */
  readonly unshown: readonly number[];
}

export const NO_LINK_CHANGES: LinkChanges = {
  accounts: [],
  identifiers: [],
  showings: [],
  unshown: [],
};

/** Rows whose first column lies in a span, the end included. */
export interface LinkPage {
  readonly table: LinkTable;
  readonly after: number;
  readonly upTo: number;
}
