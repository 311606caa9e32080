/**
 * Reads Layerfiles of LayerCI, later webapp.io: a virtual machine that is built line by line. One
 * job for the file, its commands in the file's order.
 */
import { fanOutMax, scanFileBytesMax } from '../../base/limits.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { assignmentsOf } from '../_instructions/assignments.ts';
import { type Instruction, readInstructions } from '../_instructions/instructions.ts';
import { lineWords, skipBlanks, wordEnd } from '../_instructions/words.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { DefinitionDraft, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { SourceBuilder, sliceSource } from '../_text/source-builder.ts';

const DIALECT: Dialect = 'layerci';

export const layerciReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return baseNameOf(path).toLowerCase() === 'layerfile';
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    if (text.length > scanFileBytesMax) draft.say('the file is too large and was not read');
    else readLayerfile(text, draft);
    return draft.build();
  },
};

function readLayerfile(text: string, draft: DefinitionDraft): void {
  const job = jobDraft('');
  const { instructions, unread } = readInstructions('layerfile', draft.path, text);
  for (const sentence of unread) draft.say(sentence);
  for (const instruction of instructions) readInstruction(instruction, job, draft);
  draft.jobs.push(job);
}

type Handler = (rest: SourceText, job: JobDraft, draft: DefinitionDraft) => void;

/** Instructions that run nothing and bring nothing in. */
const silent: Handler = () => {};

const HANDLERS: Readonly<Record<string, Handler>> = {
  'AWS': silent,
  'BUILD ENV': silent,
  'BUTTON': silent,
  'CACHE': silent,
  'CHECKPOINT': silent,
  'CLONE': clone,
  'COPY': silent,
  'ENV': setVariables,
  'EXPOSE TCP': silent,
  'EXPOSE WEBSITE': silent,
  'FROM': setBase,
  'LABEL': silent,
  'MEMORY': (rest, job) => job.machine.push(`memory ${printable(rest.text.trim(), 20)}`),
  'RUN': run,
  'SECRET ENV': silent,
  'SETUP FILE': sourceFiles,
  'SKIP REMAINING': silent,
  'SPLIT': split,
  'USER': silent,
  'WAIT': silent,
  'WORKDIR': silent,
};

/** A name is one word or two. */
function readInstruction(instruction: Instruction, job: JobDraft, draft: DefinitionDraft): void {
  const { keyword, rest, line } = instruction;
  const end = wordEnd(rest.text, 0);
  const two = `${keyword} ${rest.text.slice(0, end).toUpperCase()}`;
  if (Object.hasOwn(HANDLERS, two)) {
    HANDLERS[two]?.(sliceSource(rest, skipBlanks(rest.text, end)), job, draft);
  } else if (Object.hasOwn(HANDLERS, keyword)) HANDLERS[keyword]?.(rest, job, draft);
  else draft.say(`line ${line}: ${printable(keyword, 40)} is no instruction and was not read`);
}

const RUN_MODES: ReadonlySet<string> = new Set(['BACKGROUND', 'REPEATABLE']);

function run(rest: SourceText, job: JobDraft, draft: DefinitionDraft): void {
  const end = wordEnd(rest.text, 0);
  const hasMode = RUN_MODES.has(rest.text.slice(0, end).toUpperCase());
  const command = hasMode ? sliceSource(rest, skipBlanks(rest.text, end)) : rest;
  if (command.text.trim() !== '') draft.addCommand(job, command, 'sh');
}

/** A shell reads the values, so `ENV A=$(make)` runs a command. */
function setVariables(rest: SourceText, job: JobDraft, draft: DefinitionDraft): void {
  const isCommand = isSubstituted(rest.text);
  if (isCommand) {
    const line = new SourceBuilder(draft.path);
    line.mark(rest.segments[1] ?? 1, rest.segments[2] ?? 1);
    line.add('export ');
    line.append(rest);
    draft.addCommand(job, line.build(), 'sh');
  }
  // Words inside of `$(git rev-parse HEAD)` are no names.
  for (const variable of assignmentsOf(rest, isCommand ? 'ignored' : 'take-word')) {
    if (isSubstituted(variable.value.text)) continue;
    if (!draft.takesPart()) return;
    job.environment.push(variable);
  }
}

function isSubstituted(text: string): boolean {
  return text.includes('$(') || text.includes('`');
}

/** An image, or the Layerfile whose machine this one goes on with. */
function setBase(rest: SourceText, job: JobDraft, draft: DefinitionDraft): void {
  const [base] = lineWords(rest);
  if (base === undefined || !draft.takesPart()) return;
  const isPath = '/.~'.includes(base.text.charAt(0)) || base.text.endsWith('Layerfile');
  (isPath ? job.filesRun : job.images).push(base);
}

/** `CLONE [DEFAULT=branch] address [paths] target`. */
function clone(rest: SourceText, job: JobDraft, draft: DefinitionDraft): void {
  for (const word of lineWords(rest)) {
    if (word.text.startsWith('DEFAULT=')) continue;
    if (draft.takesPart()) job.remoteCode.push(withoutQuotes(word));
    return;
  }
}

function withoutQuotes(word: SourceText): SourceText {
  const quote = word.text.charAt(0);
  if (quote !== '"' && quote !== "'") return word;
  return sliceSource(word, 1, word.text.length - (word.text.endsWith(quote, 1) ? 1 : 0));
}

/** Files that every later `RUN` sources. */
function sourceFiles(rest: SourceText, job: JobDraft, draft: DefinitionDraft): void {
  for (const word of lineWords(rest)) {
    if (!draft.takesPart()) return;
    job.filesRun.push({ ...withoutQuotes(word), dialect: 'shell' });
  }
}

/** `SPLIT 5` makes five of the machine, also of one that was split before. */
function split(rest: SourceText, job: JobDraft, draft: DefinitionDraft): void {
  const [word] = lineWords(rest);
  const count = Number(word?.text);
  if (Number.isSafeInteger(count) && count > 0) {
    job.fanOut = Math.min(job.fanOut * count, fanOutMax);
  } else draft.say(`a SPLIT by ${printable(word?.text ?? 'nothing', 40)} was not read`);
}
