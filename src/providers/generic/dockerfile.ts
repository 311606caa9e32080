/**
 * Reads Dockerfiles: what a build runs (`RUN`), and what a container of each stage runs then
 * (`ENTRYPOINT` and `CMD` together). One job for the file, its commands in the file's order.
 */
import { scanFileBytesMax } from '../../base/limits.ts';
import type { Command, Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { assignmentsOf } from '../_instructions/assignments.ts';
import { type Instruction, readInstructions } from '../_instructions/instructions.ts';
import { lineWords, skipBlanks, wordEnd } from '../_instructions/words.ts';
import { commandOfWords, shebangOf, shellKindOf } from '../_text/command-words.ts';
import { containerCommand } from '../_text/container-command.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { DefinitionDraft, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { SourceBuilder, sliceSource } from '../_text/source-builder.ts';
import { firstExpression, templateDefinition, withoutExpressions } from '../_text/template-text.ts';
import { execForm } from './exec-form.ts';

const DIALECT: Dialect = 'dockerfile';

export const dockerfileReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    const folded = name.toLowerCase();
    if (OTHER_ENDINGS.some((ending) => folded.endsWith(ending))) return false;
    if (NAMES.some((each) => folded === each || folded.endsWith(`.${each}`))) return true;
    return CAPITAL_NAMES.some((each) => isNamedAfter(name, each));
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    if (text.length > scanFileBytesMax) {
      draft.say('the file is too large and was not read');
      return draft.build();
    }
    const template = templateLine(text);
    new Dockerfile(draft, template === null ? text : withoutExpressions(text)).read();
    const isNamed = TEMPLATE_ENDINGS.some((ending) => path.endsWith(ending));
    const expression = template ?? (isNamed ? firstExpression(text) : null);
    if (expression === null) return draft.build();
    return templateDefinition(DIALECT, path, draft.jobs, expression);
  },
};

const NAMES = ['dockerfile', 'containerfile'] as const;
const CAPITAL_NAMES = ['Dockerfile', 'Containerfile'] as const;
const OTHER_ENDINGS = ['.dockerignore', '.md', '.rst', '.diff', '.patch'] as const;
/** Programs and data about such files, where a mark other than a dot stands in their names. */
const CODE_ENDINGS = [
  ...['.go', '.java', '.js', '.json', '.lua', '.php', '.ps1', '.py', '.rb', '.rs', '.sh', '.ts'],
  ...['.txt', '.xml', '.yaml', '.yml'],
] as const;

/** `Dockerfile.dev`, `Dockerfile-lint`, `ci_Dockerfile`; `dockerfile.ts` is a program. */
function isNamedAfter(name: string, known: string): boolean {
  if (name.startsWith(`${known}.`)) return true;
  const marks = ['-', '_'];
  if (marks.some((mark) => name.endsWith(mark + known))) return true;
  const isMarked = marks.some((mark) => name.startsWith(known + mark));
  return isMarked && !CODE_ENDINGS.some((ending) => name.endsWith(ending));
}

const TEMPLATE_ENDINGS = [
  ...['.ejs', '.erb', '.hbs', '.in', '.j2', '.jinja', '.jinja2', '.mustache', '.template'],
  ...['.tmpl', '.tpl', '.tt'],
] as const;

/**
 * The text from an expression on that stands in the place of an instruction or of an image. One
 * elsewhere proves nothing, and a file could hide its commands between two marks.
 */
function templateLine(text: string): string | null {
  if (firstExpression(text) === null) return null;
  const { instructions } = readInstructions('dockerfile', '', text);
  for (const { keyword, rest } of instructions) {
    if (firstExpression(keyword) === keyword) return keyword;
    const image = keyword === 'FROM' ? firstExpression(rest.text) : null;
    if (image !== null) return image;
  }
  return null;
}

/** What a container of a stage runs: as words, or as a line for its shell. */
interface Start {
  readonly source: SourceText;
  readonly isExec: boolean;
}

type Handler = (file: Dockerfile, instruction: Instruction) => void;

/** Instructions that run nothing and bring nothing in. */
const silent: Handler = () => {};

const HANDLERS: Readonly<Record<string, Handler>> = {
  ADD: (file, instruction) => file.copy(instruction),
  ARG: (file, instruction) => file.assign(instruction),
  CMD: (file, { rest }) => file.setCommand(rest),
  COPY: (file, instruction) => file.copy(instruction),
  ENTRYPOINT: (file, { rest }) => file.setEntrypoint(rest),
  ENV: (file, instruction) => file.assign(instruction),
  EXPOSE: silent,
  FROM: (file, { rest }) => file.startStage(rest),
  HEALTHCHECK: (file, { rest }) => file.checkHealth(rest),
  LABEL: silent,
  MAINTAINER: silent,
  ONBUILD: (file, instruction) => file.onBuild(instruction),
  RUN: (file, instruction) => file.run(instruction),
  SHELL: (file, { rest }) => file.setShell(rest),
  STOPSIGNAL: silent,
  USER: silent,
  VOLUME: silent,
  WORKDIR: silent,
};

class Dockerfile {
  readonly #draft: DefinitionDraft;
  readonly #text: string;
  readonly #job: JobDraft = jobDraft('');
  readonly #stages = new Set<string>();
  #image: SourceText | null = null;
  #shell: Command['shell'] = 'sh';
  #entrypoint: Start | null = null;
  #command: Start | null = null;

  constructor(draft: DefinitionDraft, text: string) {
    this.#draft = draft;
    this.#text = text;
  }

  read(): void {
    const { instructions, syntax, unread } = readInstructions(
      'dockerfile',
      this.#draft.path,
      this.#text,
    );
    for (const sentence of unread) this.#draft.say(sentence);
    if (syntax !== null) this.#job.remoteCode.push(syntax);
    for (const instruction of instructions) this.#handle(instruction);
    this.#endStage();
    this.#draft.jobs.push(this.#job);
  }

  run({ rest, documents }: Instruction): void {
    const line = this.#withoutFlags(rest);
    const [first] = documents;
    // `RUN <<EOF` alone: the document is the script, and its first line may name what runs it.
    if (first !== undefined && isOnlyHereDocument(line.text)) {
      const shebang = shebangOf(first.body.text);
      const shell = shebang === undefined ? this.#shell : shellKindOf(shebang);
      this.#draft.addCommand(this.#job, first.body, shell);
      return;
    }
    const { source, isExec } = this.#start(line);
    const builder = new SourceBuilder(this.#draft.path);
    builder.append(source);
    for (const { word, body } of documents) {
      builder.add('\n');
      builder.append(body);
      builder.add(word);
    }
    this.#draft.addCommand(this.#job, builder.build(), isExec ? 'sh' : this.#shell);
  }

  /** `COPY` and `ADD`: code from elsewhere, from another image, or a file written here. */
  copy({ rest, documents, line }: Instruction): void {
    let target: SourceText | undefined;
    for (const word of wordsOf(this.#withoutFlags(rest))) {
      target = word;
      if (isRemote(word.text) && this.#draft.takesPart()) this.#job.remoteCode.push(word);
    }
    if (target === undefined) return;
    for (const { word, body } of documents) {
      const builder = new SourceBuilder(this.#draft.path);
      builder.mark(line, 1);
      builder.add('cat > ');
      builder.append(commandOfWords(this.#draft.path, [target]));
      builder.add(` <<'${word}'\n`);
      builder.append(body);
      builder.add(word);
      this.#draft.addCommand(this.#job, builder.build(), 'sh');
    }
  }

  assign({ keyword, rest }: Instruction): void {
    for (const variable of assignmentsOf(rest, keyword === 'ENV' ? 'take-line' : 'ignored')) {
      if (!this.#draft.takesPart()) return;
      this.#job.environment.push(variable);
    }
  }

  setCommand(rest: SourceText): void {
    this.#command = this.#start(rest);
  }

  setEntrypoint(rest: SourceText): void {
    this.#entrypoint = this.#start(rest);
  }

  setShell(rest: SourceText): void {
    this.#shell = shellKindOf(execForm(rest)?.[0]?.text ?? rest.text);
  }

  startStage(rest: SourceText): void {
    this.#endStage();
    const [image, as, name] = wordsOf(this.#withoutFlags(rest));
    this.#image = image ?? null;
    if (image !== undefined && !this.#stages.has(image.text)) this.#job.images.push(image);
    if (as?.text.toUpperCase() === 'AS' && name !== undefined) this.#stages.add(name.text);
  }

  /** `HEALTHCHECK [--interval=…] CMD …`; `NONE` runs nothing. */
  checkHealth(rest: SourceText): void {
    const line = this.#withoutFlags(rest);
    const end = wordEnd(line.text, 0);
    if (line.text.slice(0, end).toUpperCase() !== 'CMD') return;
    const { source, isExec } = this.#start(sliceSource(line, skipBlanks(line.text, end)));
    this.#draft.addCommand(this.#job, source, isExec ? 'sh' : this.#shell);
  }

  /** What the images built on this one run. Docker allows no `ONBUILD ONBUILD`. */
  onBuild(instruction: Instruction): void {
    const { text } = instruction.rest;
    const end = wordEnd(text, 0);
    const keyword = text.slice(0, end).toUpperCase();
    if (keyword === 'ONBUILD') return;
    const rest = sliceSource(instruction.rest, skipBlanks(text, end));
    this.#handle({ ...instruction, keyword, rest });
  }

  #handle(instruction: Instruction): void {
    const { keyword, line } = instruction;
    const handler = Object.hasOwn(HANDLERS, keyword) ? HANDLERS[keyword] : undefined;
    if (handler !== undefined) handler(this, instruction);
    else
      this.#draft.say(`line ${line}: ${printable(keyword, 40)} is no instruction and was not read`);
  }

  #endStage(): void {
    const { commands } = this.#job;
    for (const { source, isExec } of this.#starts()) {
      const at = commands.length;
      this.#draft.addCommand(this.#job, source, isExec ? 'sh' : this.#shell);
      const started = commands[at];
      if (started !== undefined) commands[at] = { ...started, atStart: true };
    }
    this.#entrypoint = null;
    this.#command = null;
    this.#shell = 'sh';
  }

  /** The entry point takes the command as its words when both are lists of words. */
  #starts(): readonly Start[] {
    const [entrypoint, command] = [this.#entrypoint, this.#command];
    if (command === null) return entrypoint === null ? [] : [entrypoint];
    const startsWithFlag = command.isExec && command.source.text.startsWith('-');
    if (entrypoint === null && !startsWithFlag) return [command];
    if (entrypoint !== null && !(entrypoint.isExec && command.isExec)) return [entrypoint, command];
    const order = { image: this.#image, entrypoint: entrypoint?.source ?? null };
    const source = containerCommand(this.#draft.path, { ...order, command: command.source });
    return source === null ? [] : [{ source, isExec: true }];
  }

  #start(source: SourceText): Start {
    const words = execForm(source);
    if (words === null) return { source, isExec: false };
    return { source: commandOfWords(this.#draft.path, words), isExec: true };
  }

  /** The arguments behind `--flag=value` words. An image that a flag takes files from is noted. */
  #withoutFlags(source: SourceText): SourceText {
    const { text } = source;
    let at = 0;
    while (text.startsWith('--', at)) {
      const end = wordEnd(text, at);
      const from = text.slice(at, end).indexOf('from=');
      if (from !== -1) this.#noteImage(sliceSource(source, at + from + 'from='.length, end));
      at = skipBlanks(text, end);
    }
    return at === 0 ? source : sliceSource(source, at);
  }

  #noteImage(value: SourceText): void {
    const comma = value.text.indexOf(',');
    const name = comma === -1 ? value : sliceSource(value, 0, comma);
    const isStage = this.#stages.has(name.text) || Number.isInteger(Number(name.text));
    if (!isStage) this.#job.images.push(name);
  }
}

/** `<<EOF` with nothing before or behind it. */
function isOnlyHereDocument(text: string): boolean {
  return text.startsWith('<<') && wordEnd(text, 0) === text.trimEnd().length;
}

/** Words of a list or of a line, as `COPY` and `FROM` take them. */
function wordsOf(source: SourceText): Iterable<SourceText> {
  return execForm(source) ?? lineWords(source);
}

function isRemote(word: string): boolean {
  return word.includes('://') || word.startsWith('git@');
}
