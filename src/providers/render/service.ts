import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import { textOf } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { containerCommand } from '../_text/container-command.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { inFolder } from '../_text/folder-command.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { SourceBuilder } from '../_text/source-builder.ts';
import { type Fields, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** In the order in which they run: built once, then before the first and before each deploy. */
const COMMAND_KEYS = [
  ...['buildCommand', 'initialDeployHook', 'preDeployCommand', 'startCommand'],
] as const;

/** Reads a service of any type as a job; `addVariables` gives it its environment. */
export function readService(
  fields: Fields,
  addVariables: (job: JobDraft) => void,
  reading: YamlReading,
): void {
  const texts = (key: string): readonly SourceText[] =>
    valuesIn(fields, key).flatMap((node) => textsIn(node, reading, `\`${key}\``));
  const job = jobDraft(printable(texts('name')[0]?.text ?? '', jobNameLengthMax));
  addVariables(job);
  addAll(job.remoteCode, texts('repo'));
  readImages(fields, job, reading);
  addAll(job.filesRun, filesRunAs(dockerfilesOf(texts), 'dockerfile'));
  const folder = texts('rootDir').at(-1) ?? null;
  for (const source of COMMAND_KEYS.flatMap(texts)) {
    const command = inFolder({ source, shell: 'sh' }, folder);
    reading.draft.addCommand(job, command.source, command.shell);
  }
  const image = job.images.at(-1) ?? null;
  for (const command of texts('dockerCommand')) {
    const source = containerCommand(reading.draft.path, { image, entrypoint: null, command });
    if (source !== null) reading.draft.addCommand(job, source, 'sh');
  }
  readSize(fields, texts, job, reading);
  reading.draft.jobs.push(job);
}

/** `image: {url: …}`; a text in its place is read as the address. */
function readImages(fields: Fields, job: JobDraft, reading: YamlReading): void {
  for (const node of valuesIn(fields, 'image')) {
    const addresses = node.kind === 'map' ? valuesAt([node], ['url'], reading) : [node];
    for (const each of addresses) addAll(job.images, textsIn(each, reading, 'an image'));
  }
}

type Texts = (key: string) => readonly SourceText[];

/** The Dockerfiles that are named, or for `runtime: docker` the one that is not. */
function dockerfilesOf(texts: Texts): readonly SourceText[] {
  const named = texts('dockerfilePath');
  const runtime = [...texts('runtime'), ...texts('env')].find(({ text }) => text === 'docker');
  if (named.length > 0 || runtime === undefined) return named;
  const folder = texts('dockerContext').at(-1) ?? texts('rootDir').at(-1);
  const path = new SourceBuilder(runtime.path);
  const place = folder ?? runtime;
  path.mark(place.segments[1] ?? 1, place.segments[2] ?? 1);
  path.add(folder === undefined ? './Dockerfile' : `${folder.text}/Dockerfile`);
  return [path.build()];
}

function readSize(fields: Fields, texts: Texts, job: JobDraft, reading: YamlReading): void {
  for (const plan of texts('plan')) job.machine.push(plan.text);
  job.schedules = texts('schedule').map(({ text }) => text);
  const scaling = valuesAt(valuesIn(fields, 'scaling'), ['maxInstances'], reading);
  for (const node of [...valuesIn(fields, 'numInstances'), ...scaling]) {
    const count = Number(textOf(node) ?? Number.NaN);
    if (Number.isSafeInteger(count)) {
      job.fanOut = Math.min(Math.max(job.fanOut, count), fanOutMax);
    }
  }
}
