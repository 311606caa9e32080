/**
 * What a job will run, in one neutral form. Each dialect has a reader in its provider's folder; the
 * scanner judges this form and never a dialect.
 */
import type { SourceText } from './source-text.ts';

export const DIALECTS = [
  'github',
  'gitlab',
  'dockerfile',
  'shell',
  'forgejo',
  'sourcehut',
  'travis',
  'azure-pipelines',
  'cloud-init',
  'kubernetes',
  'compose',
  'oracle-cloud',
  'alibaba-cloud',
  'layerci',
  'bitbucket-pipelines',
  'package-json',
  'devcontainer',
  'codeship',
  'circleci',
  'render',
  'woodpecker',
  'drone',
  'makefile',
  'okteto',
  'jenkinsfile',
  'buildkite',
  'notebook',
  'procfile',
  'gitpod',
  'semaphore',
  'appveyor',
  'cirrus',
] as const;

export type Dialect = (typeof DIALECTS)[number];

export function isDialect(text: string): text is Dialect {
  return (DIALECTS as readonly string[]).includes(text);
}

export interface JobDefinition {
  readonly dialect: Dialect;
  readonly path: string;
  readonly jobs: readonly Job[];
  /** What of the definition could not be read, a short sentence each. Never silently nothing. */
  readonly unread: readonly string[];
  /**
   * Part of the file is malformed or too large. False when all that is unread is made elsewhere,
   * as the values of a template are; absent, everything unread counts.
   */
  readonly broken?: boolean;
}

export interface Job {
  /** The name that the dialect gives it, or an empty string. */
  readonly name: string;
  /** Jobs of the same definition that run before it, by name: a target's prerequisites. */
  readonly needs?: readonly string[];
  /** In the order in which they run. */
  readonly commands: readonly Command[];
  /** Images of the job, its services and `docker://` actions. */
  readonly images: readonly SourceText[];
  /** Variables that the definition sets, workflow-wide ones included. */
  readonly environment: readonly Variable[];
  /** Code from elsewhere that the job uses by reference: actions, includes, orbs. */
  readonly remoteCode: readonly SourceText[];
  /** Files of the same tree that the dialect itself runs or builds: `dockerfile:`, `uses: ./x`. */
  readonly filesRun: readonly FileRun[];
  /** How many copies run at once: the product of matrix and parallel. At least 1. */
  readonly fanOut: number;
  /** Cron lines that start it. */
  readonly schedules: readonly string[];
  /** Null when the definition states none. */
  readonly timeoutSeconds: number | null;
  /** Runner labels, tags or machine class. */
  readonly machine: readonly string[];
}

export interface FileRun extends SourceText {
  /** What it is read as whatever its name, where what names it says so. */
  readonly dialect?: Dialect;
  /** It only counts where it is there: a file of variables that each machine has its own of. */
  readonly isOptional?: true;
}

export interface Command {
  readonly source: SourceText;
  readonly shell: 'sh' | 'powershell' | 'python' | 'other';
  /** Set where the file holds the command encoded: it stands where that text does, all of it. */
  readonly encoded?: EncodedText;
  /** It runs when the image starts that the job builds, for whoever starts it. */
  readonly atStart?: true;
}

/** An encoded text of a file, such as the `user_data` of a launch request. */
export interface EncodedText {
  /** As it stands in the file. */
  readonly source: SourceText;
  /** What it comes to, outermost layer first. */
  readonly layers: readonly string[];
}

export interface Variable {
  readonly name: string;
  readonly value: SourceText;
}

/** Reads one dialect. Total: what it cannot read it names in `unread`, and it never throws. */
export interface DialectReader {
  readonly dialect: Dialect;
  /** Whether a file of this path is of the dialect. `path` uses `/` and is relative to the tree. */
  claims(path: string): boolean;
  /** For dialects whose files may have any name. Asked only where no reader claims the path. */
  readonly byContent?: ContentClaim;
  /** What it says could not be read of a template, of which it reads what no expression makes. */
  readonly template?: string;
  /** Values of the key `kind` that say of a document's root that nothing in it runs. */
  readonly silentKinds?: ReadonlySet<string>;
  read(path: string, text: string): JobDefinition;
}

export interface ContentClaim {
  /** Whether a file of this path may be of the dialect, so that its text is worth a look. */
  mayClaim(path: string): boolean;
  /** ASCII words, one of which stands in every text of the dialect, so that bytes can be asked. */
  readonly marks?: readonly string[];
  /** Whether the text is of the dialect. Takes linear time and never throws. */
  recognises(text: string): boolean;
}
