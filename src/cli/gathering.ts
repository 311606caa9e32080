/** Puts a scan together, file by file, wherever the files come from. */
import { ignoreFilesMax } from '../base/limits.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { DialectReader } from '../model/job-definition.ts';
import { mergeReports, type Scanner } from '../scanner/scanner.ts';
import type { ChangedSince } from './changed-since.ts';
import { type JudgedFile, judgeContent, judgeFile, type UnreadInput } from './judge-file.ts';
import { keptReport } from './kept-report.ts';
import { decodeText, type FileContent, type SourceTree } from './source-tree.ts';
import { IGNORE_FILE_NAME, type IgnoreFile } from './suppression-list.ts';

export interface TreeScan {
  /** Files that were looked at, whether definitions or not. */
  readonly files: number;
  /** Files that the operator left out. */
  readonly excluded: number;
  /** Files that git does not track, where only tracked ones were asked for. */
  readonly untracked: number;
  readonly reports: readonly DefinitionReport[];
  /** Folders of the trees that hold definitions, as they are shown; `` is where we started. */
  readonly repositories: readonly string[];
  /** Inputs that could not be read at all, with the reason. */
  readonly unread: readonly UnreadInput[];
  /** Definitions that did not change, where only changes were asked for. */
  readonly unchanged: number;
  /** What the operator should know of the scan itself, a sentence each. */
  readonly notes: readonly string[];
  /** Requests of the scanned tree itself to ignore findings. */
  readonly ignoreFiles: readonly IgnoreFile[];
}

export class Gathering {
  readonly #scanner: Scanner;
  readonly #changes: ChangedSince | null;
  readonly #reports: DefinitionReport[] = [];
  readonly #repositories = new Set<string>();
  readonly #unread: UnreadInput[] = [];
  /** Paths, since a script has a report from each definition that runs it. */
  readonly #unchanged = new Set<string>();
  readonly #notes: string[] = [];
  readonly #ignoreFiles: IgnoreFile[] = [];
  files = 0;
  excluded = 0;
  untracked = 0;

  /** With `changes`, only definitions count that changed, or that run a file which did. */
  constructor(scanner: Scanner, changes: ChangedSince | null = null) {
    this.#scanner = scanner;
    this.#changes = changes;
  }

  /** Judges a file of a tree. */
  add(path: string, tree: SourceTree): void {
    this.files++;
    if (path.endsWith(`/${IGNORE_FILE_NAME}`)) this.#addIgnoreFile(path, tree);
    else this.#keep(judgeFile(path, tree, this.#scanner, this.#changes !== null), tree);
  }

  /** Judges what a person named himself; it must be of a known dialect, or of the one he gives. */
  addNamed(
    path: string,
    tree: SourceTree,
    given: DialectReader | null,
    content: FileContent = tree.read(path),
  ): void {
    this.files++;
    const needsFilesRead = this.#changes !== null;
    const judged = judgeContent(path, content, tree, this.#scanner, given, needsFilesRead);
    this.#keep(judged, tree);
    if (judged.reports.length + judged.unread.length > 0) return;
    const why = content.kind === 'bytes' ? undefined : content.why;
    this.addUnread(tree.shown(path), why ?? 'it is not of a known dialect');
  }

  #keep(judged: JudgedFile, tree: SourceTree): void {
    this.#take({ ...judged, reports: judged.reports.map(keptReport) }, tree);
  }

  #take({ reports, unread, filesRead }: JudgedFile, tree: SourceTree): void {
    const isDefinition = reports.length + unread.length > 0;
    if (isDefinition && this.#changes?.isAnyChanged(filesRead, tree) === false) {
      for (const { path } of reports) this.#unchanged.add(path);
      return;
    }
    if (isDefinition) this.#repositories.add(shownFolder(tree));
    for (const report of reports) this.#reports.push(report);
    this.#unread.push(...unread);
  }

  /** Takes what another thread has judged of the tree. */
  addJudged(judged: Pick<JudgedFile, 'reports' | 'unread'>, tree: SourceTree): void {
    this.#take({ ...judged, filesRead: new Set() }, tree);
  }

  addUnread(path: string, why: string): void {
    this.#unread.push({ path, why });
  }

  addNote(sentence: string): void {
    this.#notes.push(sentence);
  }

  scan(): TreeScan {
    const { files, excluded, untracked } = this;
    const reports = mergeReports(this.#reports);
    // What a definition runs that did change is judged with it.
    for (const { path } of reports) this.#unchanged.delete(path);
    return {
      ...{
        files,
        excluded,
        untracked,
        reports,
        unread: this.#unread,
        ignoreFiles: this.#ignoreFiles,
      },
      repositories: [...this.#repositories],
      unchanged: this.#unchanged.size,
      notes: [...this.#notes, ...(this.#changes?.notes() ?? [])],
    };
  }

  #addIgnoreFile(path: string, tree: SourceTree): void {
    if (this.#ignoreFiles.length >= ignoreFilesMax) return;
    const content = tree.read(path);
    if (content.kind !== 'bytes') return;
    this.#ignoreFiles.push({ path: tree.shown(path), text: decodeText(content.bytes) });
  }
}

/** What the paths of all files of the tree begin with. */
function shownFolder(tree: SourceTree): string {
  return tree.shown(`${tree.root}/x`).slice(0, -'/x'.length);
}

/** Several scans as one. */
export function combineScans(scans: readonly TreeScan[]): TreeScan {
  const sum = (of: (scan: TreeScan) => number): number => {
    return scans.reduce((total, scan) => total + of(scan), 0);
  };
  return {
    files: sum(({ files }) => files),
    excluded: sum(({ excluded }) => excluded),
    untracked: sum(({ untracked }) => untracked),
    unchanged: sum(({ unchanged }) => unchanged),
    notes: scans.flatMap(({ notes }) => notes),
    reports: mergeReports(scans.flatMap(({ reports }) => reports)),
    repositories: [...new Set(scans.flatMap(({ repositories }) => repositories))],
    unread: scans.flatMap(({ unread }) => unread),
    ignoreFiles: scans.flatMap(({ ignoreFiles }) => ignoreFiles).slice(0, ignoreFilesMax),
  };
}
