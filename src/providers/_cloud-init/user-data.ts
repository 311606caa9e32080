/**
 * Reads user data: what a cloud gives a new machine to run. cloud-init knows what it is by how it
 * starts, or by the type that a MIME part or an archive states.
 *
 *   #!…                    a script                  #include         addresses of user data
 *   #cloud-config          a map of settings         #cloud-boothook  a script, early in a boot
 *   #cloud-config-archive  a list of user data       #part-handler    Python
 *   #cloud-config-jsonp    changes to the settings   ## template:     Jinja, then another of these
 *   Content-Type: multipart/mixed                    <powershell>     a script, on Windows
 *
 * User data inside user data goes down `userDataDepthMax` levels.
 */
import { userDataDecodedLengthMax, userDataDepthMax } from '../../base/limits.ts';
import { type YamlNode, YamlVisits } from '../../base/yaml.ts';
import type { Command, EncodedText } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { shebangOf, shellKindOf } from '../_text/command-words.ts';
import { EmbeddedText, placeAtStart } from '../_text/embedded-text.ts';
import type { DefinitionDraft, JobDraft } from '../_text/job-draft.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, readEmbeddedYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { readCloudConfig } from './cloud-config.ts';
import { DECODE_PROBLEMS, decodeUserData } from './decode.ts';
import { isMultipart, partsOf } from './mime.ts';

/** One user data on the way: where it stands, what it was encoded in, how deep it is. */
interface Layer {
  readonly text: SourceText;
  readonly encoded: EncodedText | null;
  readonly depth: number;
}

type Kind =
  | 'archive'
  | 'boothook'
  | 'config'
  | 'include'
  | 'json-patch'
  | 'multipart'
  | 'part-handler'
  | 'powershell'
  | 'script'
  | 'template'
  | 'upstart';

/** How a text of a kind starts, in lower case; the longer ones first. */
const STARTS: readonly (readonly [start: string, kind: Kind])[] = [
  ['#cloud-config-archive', 'archive'],
  ['#cloud-config-jsonp', 'json-patch'],
  ['#cloud-config', 'config'],
  ['#cloud-boothook', 'boothook'],
  ['#include', 'include'],
  ['#part-handler', 'part-handler'],
  ['#upstart-job', 'upstart'],
  ['## template:', 'template'],
  ['#ps1', 'powershell'],
  ['<powershell>', 'powershell'],
  ['[powershell]', 'powershell'],
  ['#!', 'script'],
];

/** What a MIME part or an archive calls the kinds. A type not listed is known by its start. */
const TYPES: Readonly<Record<string, Kind>> = {
  'text/cloud-boothook': 'boothook',
  'text/cloud-config': 'config',
  'text/cloud-config-archive': 'archive',
  'text/cloud-config-jsonp': 'json-patch',
  'text/jinja2': 'template',
  'text/part-handler': 'part-handler',
  'text/upstart-job': 'upstart',
  'text/x-include-once-url': 'include',
  'text/x-include-url': 'include',
  'text/x-shellscript': 'script',
  'text/x-shellscript-per-boot': 'script',
  'text/x-shellscript-per-instance': 'script',
  'text/x-shellscript-per-once': 'script',
};

/** Whether a text says of itself that it is user data for cloud-init. */
export function isUserData(text: string): boolean {
  const kind = kindOf(text);
  return kind === 'archive' || kind === 'boothook' || kind === 'config' || kind === 'json-patch'
    ? true
    : kind === 'multipart' && text.includes('text/cloud-config');
}

function kindOf(text: string): Kind | null {
  const start = text.slice(0, START_LENGTH_MAX).trimStart().toLowerCase();
  const known = STARTS.find(([each]) => start.startsWith(each));
  return known?.[1] ?? (isMultipart(text) ? 'multipart' : null);
}

/** Blanks before the first line, and that line. */
const START_LENGTH_MAX = 256;

type LayerReader = (reading: UserDataReading, layer: Layer) => void;

const READERS: Readonly<Record<Kind, LayerReader>> = {
  'archive': (reading, layer) => reading.readArchive(layer),
  'boothook': (reading, layer) => reading.readScript(behindFirstLine(layer)),
  'config': (reading, layer) => reading.readConfig(layer),
  'include': (reading, layer) => reading.readIncludes(layer),
  'json-patch': (reading, layer) => reading.readPatch(layer),
  'multipart': (reading, layer) => reading.readParts(layer),
  'part-handler': (reading, layer) => reading.add(layer, 'python'),
  'powershell': (reading, layer) => reading.add(powershellOf(layer), 'powershell'),
  'script': (reading, layer) => reading.readScript(layer),
  'template': (reading, layer) => reading.readNext(behindFirstLine(layer)),
  'upstart': (reading, layer) => reading.add(behindFirstLine(layer), 'sh'),
};

/** Reads user data into the jobs of one definition, and counts what all of it costs. */
export class UserDataReading {
  readonly #draft: DefinitionDraft;
  readonly #visits: YamlVisits;
  #job: JobDraft;
  #decodedLeft = userDataDecodedLengthMax;

  constructor(draft: DefinitionDraft, job: JobDraft, visits = new YamlVisits()) {
    this.#draft = draft;
    this.#job = job;
    this.#visits = visits;
  }

  /** What is read from now on goes into this job. */
  readInto(job: JobDraft): void {
    this.#job = job;
  }

  /** User data as it stands. */
  readPlain(text: SourceText): void {
    this.#read({ text, encoded: null, depth: 0 });
  }

  /** User data of a request: in base64 as the contract has it, or as it stands. */
  readGiven(text: SourceText): void {
    if (kindOf(text.text) === null) this.readEncoded(text);
    else this.readPlain(text);
  }

  /** User data in base64, packed or not. */
  readEncoded(source: SourceText): void {
    this.#readEncoded({ text: source, encoded: null, depth: 0 }, null);
  }

  readConfig(layer: Layer): void {
    this.#readYaml(layer, (roots, reading) => {
      const fields = joinFields(roots.map((root) => fieldsOf(root, reading)));
      readCloudConfig(fields, this.#target(layer, reading));
    });
  }

  readScript(layer: Layer): void {
    const shebang = shebangOf(layer.text.text.trimStart());
    this.add(layer, shebang === undefined ? 'sh' : shellKindOf(shebang));
  }

  /** A list of texts, or of maps with `type` and `content`. */
  readArchive(layer: Layer): void {
    this.#readYaml(layer, (roots, reading) => {
      for (const item of roots.flatMap((root) => [...itemsIn(root, reading)])) {
        const fields = fieldsOf(item, reading);
        const texts = (key: string): readonly SourceText[] =>
          valuesIn(fields, key).flatMap((node) => textsIn(node, reading, 'user data'));
        const contents = item.kind === 'map' ? texts('content') : [reading.sourceOf(item)];
        const type = texts('type').at(-1)?.text ?? '';
        for (const text of contents) this.#readDeeper({ ...layer, text }, type);
      }
    });
  }

  /** `[{"op": "add", "path": "/runcmd", "value": […]}]`: each value is read as its first key's. */
  readPatch(layer: Layer): void {
    this.#readYaml(layer, (roots, reading) => {
      for (const item of roots.flatMap((root) => [...itemsIn(root, reading)])) {
        const fields = fieldsOf(item, reading);
        const paths = valuesIn(fields, 'path').flatMap((node) => textsIn(node, reading, 'a path'));
        const key = paths.at(-1)?.text.split('/', 2)[1];
        if (key === undefined) continue;
        const settings = new Map([[key, valuesIn(fields, 'value')]]);
        readCloudConfig(settings, this.#target(layer, reading));
      }
    });
  }

  readParts(layer: Layer): void {
    const parts = partsOf(layer.text);
    if (parts === null) this.#draft.say('a multipart text without a boundary was not read');
    for (const { body, contentType, encoding } of parts ?? []) {
      const part = { ...layer, text: body };
      if (encoding === 'base64') this.#readEncoded(part, contentType);
      else {
        // Words of a script need few of its escapes; the line that goes on is read as two.
        if (encoding === 'quoted-printable')
          this.#draft.say('quoted-printable was read as it stands');
        this.#readDeeper(part, contentType);
      }
    }
  }

  /** Addresses, one a line; one may stand in the line of `#include` itself. */
  readIncludes({ text, encoded }: Layer): void {
    let end = 0;
    for (const line of text.text.split('\n')) {
      end += line.length + 1;
      const address = withoutInclude(line).trim();
      if (address === '' || address.startsWith('#') || !this.#draft.takesPart()) continue;
      const at = end - 1 - line.length + line.lastIndexOf(address);
      const source = sliceSource(text, at, at + address.length);
      this.#job.remoteCode.push(encoded === null ? source : placeAtStart(encoded.source)(source));
    }
  }

  readNext(layer: Layer): void {
    this.#readDeeper(layer, '');
  }

  add({ text, encoded }: Layer, shell: Command['shell']): void {
    this.#draft.addCommand(this.#job, text, shell, encoded);
  }

  #read(layer: Layer, type = ''): void {
    const stated = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    // The stated type counts, as for cloud-init: a shell takes `#cloud-config` for a comment.
    const kind = stated ?? kindOf(layer.text.text);
    if (kind !== null) READERS[kind](this, layer);
    else if (layer.text.text.trim() !== '') {
      // cloud-init leaves it alone; a part handler, or another program of the image, may not.
      this.#draft.sayUnknown('user data of a kind that cloud-init does not know was not read');
    }
  }

  #readDeeper(layer: Layer, type: string): void {
    if (layer.depth < userDataDepthMax) this.#read({ ...layer, depth: layer.depth + 1 }, type);
    else
      this.#draft.giveUp(`user data nests deeper than ${userDataDepthMax}; the rest was not read`);
  }

  #readEncoded(layer: Layer, type: string | null): void {
    const source = layer.encoded?.source ?? layer.text;
    const decoded = decodeUserData(layer.text.text, this.#decodedLeft);
    if (!decoded.ok) {
      const line = source.segments[1] ?? 1;
      this.#draft.say(`line ${line}: user data ${DECODE_PROBLEMS[decoded.error.code]}`);
      return;
    }
    this.#decodedLeft -= decoded.value.length;
    const layers = [...(layer.encoded?.layers ?? []), decoded.value];
    const text = placeAtStart(source)({ ...source, text: decoded.value });
    this.#readDeeper({ text, encoded: { source, layers }, depth: layer.depth }, type ?? '');
  }

  #readYaml(
    { text, encoded }: Layer,
    fill: (roots: readonly YamlNode[], reading: YamlReading) => void,
  ): void {
    const embedded = new EmbeddedText(text);
    const place =
      encoded === null
        ? (source: SourceText) => embedded.place(source)
        : placeAtStart(encoded.source);
    readEmbeddedYaml(this.#draft, text.text, { visits: this.#visits, place }, fill);
  }

  #target({ encoded }: Layer, reading: YamlReading) {
    const job = this.#job;
    return {
      reading,
      job,
      add: (source: SourceText, shell: Command['shell']) =>
        this.#draft.addCommand(job, source, shell, encoded),
    };
  }
}

function withoutInclude(line: string): string {
  const mark = INCLUDE_MARKS.find((each) => line.toLowerCase().startsWith(each));
  return mark === undefined ? line : line.slice(mark.length);
}

const INCLUDE_MARKS = ['#include-once', '#include'] as const;

/** The script between Windows' marks. */
function powershellOf(layer: Layer): Layer {
  const inner = behindFirstLine(layer);
  const end = inner.text.text.toLowerCase().indexOf('</powershell>');
  return end === -1 ? inner : { ...inner, text: sliceSource(inner.text, 0, end) };
}

function behindFirstLine(layer: Layer): Layer {
  const { text } = layer.text;
  const start = text.length - text.trimStart().length;
  const end = text.indexOf('\n', start);
  return { ...layer, text: sliceSource(layer.text, end === -1 ? text.length : end + 1) };
}
