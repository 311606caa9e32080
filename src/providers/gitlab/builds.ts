/** The jobs of a validation body as a job definition and as the files that the event keeps. */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import {
  buildServicesMax,
  jobNameLengthMax,
  pipelineBuildsMax,
  pipelineServicesMax,
} from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { type SourceText, verbatim } from '../../model/source-text.ts';
import { DefinitionDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { nameIn, namesIn } from './payload.ts';
import { scriptParts } from './script-parts.ts';

export interface Builds {
  readonly definition: JobDefinition;
  readonly files: readonly JsonObject[];
  readonly images: readonly string[];
  readonly tags: readonly string[];
}

export function readBuilds(builds: readonly Json[]): Builds {
  const draft = new DefinitionDraft('gitlab', 'builds');
  const files: JsonObject[] = [];
  const services = { left: pipelineServicesMax };
  for (let i = 0; i < Math.min(builds.length, pipelineBuildsMax); i++) {
    addBuild({ draft, files, services }, builds[i] ?? null, i + 1);
  }
  if (builds.length > pipelineBuildsMax) {
    draft.giveUp(`there are more than ${pipelineBuildsMax} builds; the rest was not read`);
  }
  const definition = draft.build();
  const images = new Set<string>();
  const tags = new Set<string>();
  for (const job of definition.jobs) {
    for (const { text } of job.images) images.add(text);
    for (const tag of job.machine) tags.add(tag);
  }
  return { definition, files, images: firstOf(images), tags: firstOf(tags) };
}

/** What is read of the builds so far. */
interface Reading {
  readonly draft: DefinitionDraft;
  /** Scripts as the event keeps them. */
  readonly files: JsonObject[];
  readonly services: { left: number };
}

/** Adds one job. */
function addBuild({ draft, files, services }: Reading, build: Json, number: number): void {
  if (!isObject(build)) {
    draft.say(`build ${number} is no object and was not read`);
    return;
  }
  // Whoever wrote the file chose the name: it becomes part of a path and of log lines.
  const name = printable(nameIn(build['name']) ?? '', jobNameLengthMax);
  const path = `builds/${name === '' ? number : name}`;
  // GitLab runs the lines as one script, so what one line sets the next one sees.
  const lines = scriptLines(build['script'], path, draft);
  const text = lines.join('\n');
  const sources = [verbatim(path, text)];
  for (const part of scriptParts(lines)) sources.push(verbatim(`${path}/${sources.length}`, part));
  const taken = sources.filter((one) => one.text !== '' && draft.takesCommand(one.text.length));
  files.push(...sources.map((source) => ({ path: source.path, text: source.text })));
  draft.jobs.push({
    name,
    commands: taken.length === 0 ? NOTHING : taken.map((source) => ({ source, shell: 'sh' })),
    images: imagesOf(build, path, draft, services),
    environment: NOTHING,
    remoteCode: NOTHING,
    filesRun: NOTHING,
    fanOut: 1,
    schedules: NOTHING,
    timeoutSeconds: null,
    machine: namesIn(build['tag_list']),
  });
}

/** One list for all that is not there: lists that are filled later take 1.2 KB a build. */
const NOTHING: readonly never[] = [];

function imagesOf(
  build: JsonObject,
  path: string,
  draft: DefinitionDraft,
  left: Reading['services'],
): readonly SourceText[] {
  const image = nameIn(build['image']);
  const images = image === undefined ? [] : [verbatim(path, image)];
  const { services } = build;
  if (!Array.isArray(services) || services.length === 0) return images;
  if (services.length > buildServicesMax) {
    draft.giveUp(`a build has more than ${buildServicesMax} services; the rest was not read`);
  }
  const read = services.slice(0, Math.min(buildServicesMax, left.left));
  if (read.length < Math.min(services.length, buildServicesMax)) {
    draft.giveUp(`there are more than ${pipelineServicesMax} services; the rest was not read`);
  }
  left.left -= read.length;
  for (const service of namesIn(read)) {
    if (!draft.takesPart()) break;
    images.push(verbatim(path, service));
  }
  return images;
}

function scriptLines(
  script: Json | undefined,
  path: string,
  draft: DefinitionDraft,
): readonly string[] {
  if (script === undefined || script === null) return [];
  if (typeof script === 'string') return [script];
  const lines: readonly Json[] = Array.isArray(script) ? script : [script];
  if (lines.every((line) => typeof line === 'string')) return lines;
  const texts = lines.filter((line) => typeof line === 'string');
  draft.say(`${path}: a line that is no text was not read`);
  return texts;
}

function firstOf(names: ReadonlySet<string>): readonly string[] {
  return [...names].slice(0, NAMES_MAX);
}

/** Images or tags that the event keeps; the definition has all of them. */
const NAMES_MAX = 200;
