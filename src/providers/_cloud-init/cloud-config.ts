/**
 * Reads the map of a `#cloud-config`, in the order in which cloud-init works: boot commands, files,
 * packages, the script of `runcmd`, and what comes when all is done.
 */

import type { YamlNode } from '../../base/yaml.ts';
import type { Command } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { commandOfWords } from '../_text/command-words.ts';
import { encodedFileWrite, fileWrite } from '../_text/file-write.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { joinSources } from '../_text/source-builder.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isBinary } from '../_yaml/scalar-text.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import {
  isEmpty as isEmptyNode,
  itemsIn,
  textsIn,
  type YamlReading,
} from '../_yaml/yaml-reading.ts';

/** Where a cloud-config is read to. */
export interface CloudConfigTarget {
  readonly reading: YamlReading;
  readonly job: JobDraft;
  add(source: SourceText, shell: Command['shell']): void;
}

export function readCloudConfig(fields: Fields, target: CloudConfigTarget): void {
  new CloudConfig(fields, target).read();
}

/** Keys that name code from elsewhere: package sources, playbooks, configuration servers. */
const REMOTE_PATHS: readonly (readonly string[])[] = [
  ['apt', 'sources', '*', 'source'],
  ['yum_repos', '*', 'baseurl'],
  ['zypper', 'repos', 'baseurl'],
  ['apk_repos', 'local_repo_base_url'],
  ['ansible', 'pull', 'url'],
  ['ansible', 'setup_controller', 'repositories', 'source'],
  ['chef', 'server_url'],
  ['puppet', 'conf', 'agent', 'server'],
  ['salt_minion', 'conf', 'master'],
  ['write_files', 'source', 'uri'],
];

class CloudConfig {
  readonly #fields: Fields;
  readonly #target: CloudConfigTarget;
  readonly #reading: YamlReading;

  constructor(fields: Fields, target: CloudConfigTarget) {
    this.#fields = fields;
    this.#target = target;
    this.#reading = target.reading;
  }

  read(): void {
    this.#addScript(this.#at('bootcmd'));
    for (const entry of this.#items(this.#at('write_files'))) this.#writeFile(entry);
    this.#writeAptSettings();
    for (const path of REMOTE_PATHS) this.#addRemote(this.#at(...path));
    this.#addSnaps(this.#at('snap', 'commands'));
    for (const node of this.#at('packages')) this.#addPackages(node);
    for (const list of this.#at('ansible', 'galaxy', 'actions')) this.#addScript([list]);
    this.#addScript(this.#at('fs_setup', 'cmd'));
    this.#addScript(this.#at('wireguard', 'readinessprobe'));
    this.#addScript(this.#at('vendor_data', 'prefix'));
    this.#addScript(this.#at('runcmd'));
    this.#addScript(this.#at('power_state', 'condition'));
    this.#readAutoinstall();
  }

  #at(...keys: readonly string[]): readonly YamlNode[] {
    const [first = '', ...rest] = keys;
    return valuesAt(valuesIn(this.#fields, first), rest, this.#reading);
  }

  #items(nodes: readonly YamlNode[]): readonly YamlNode[] {
    return nodes.flatMap((node) => [...itemsIn(node, this.#reading)]);
  }

  /** Items that run one after another in one shell: a text is a line, a list is its words. */
  #addScript(nodes: readonly YamlNode[]): void {
    const lines = nodes.flatMap((node) =>
      node.kind === 'sequence' ? node.items.flatMap((item) => this.#line(item)) : this.#line(node),
    );
    const { path } = this.#reading.draft;
    const length = lines.reduce((sum, line) => sum + line.text.length + 1, 0);
    if (lines.length === 0 || !this.#reading.draft.fits(length)) return;
    this.#target.add(joinSources(path, lines, '\n'), 'sh');
  }

  #line(item: YamlNode): readonly SourceText[] {
    const words = textsIn(item, this.#reading, 'a command');
    if (item.kind !== 'sequence' || words.length === 0) return words;
    return [commandOfWords(this.#reading.draft.path, words)];
  }

  #writeFile(entry: YamlNode): void {
    if (entry.kind !== 'map') {
      if (!isEmptyNode(entry)) this.#reading.sayMisfit(entry, 'a file to write');
      return;
    }
    const fields = fieldsOf(entry, this.#reading);
    const text = (key: string): string =>
      this.#texts(valuesIn(fields, key)).at(-1)?.text.toLowerCase() ?? '';
    const target = this.#texts(valuesIn(fields, 'path')).at(-1);
    for (const content of valuesIn(fields, 'content')) {
      const body = this.#bodyOf(content);
      if (target === undefined || body === null) continue;
      if (!this.#reading.draft.fits(target.text.length + body.text.length)) return;
      const isAppended = text('append') === 'true';
      const decoder = decoderOf(text('encoding'), content.tag);
      if (decoder === '') this.#target.add(fileWrite(target, body, isAppended), 'sh');
      else this.#target.add(encodedFileWrite(target, body, { decoder, isAppended }), 'sh');
    }
  }

  /** The content as it stands: what is `!!binary` is decoded by the command that writes it. */
  #bodyOf(content: YamlNode): SourceText | null {
    const [source] = this.#texts([content]);
    if (source === undefined || content.kind !== 'scalar' || !isBinary(content)) {
      return source ?? null;
    }
    return { ...source, text: content.value };
  }

  /** Settings of apt are a file, and some of them are commands that apt runs. */
  #writeAptSettings(): void {
    for (const body of this.#texts(this.#at('apt', 'conf'))) {
      const target = { ...body, text: '/etc/apt/apt.conf.d/94cloud-init-config' };
      this.#target.add(fileWrite(target, body), 'sh');
    }
  }

  #addRemote(nodes: readonly YamlNode[]): void {
    for (const text of this.#texts(nodes)) {
      if (this.#reading.draft.takesPart()) this.#target.job.remoteCode.push(text);
    }
  }

  #texts(nodes: readonly YamlNode[]): readonly SourceText[] {
    return nodes.flatMap((node) => textsIn(node, this.#reading, 'a text'));
  }

  /** `snap.commands`: a list or a map; words without `snap` in front are its arguments. */
  #addSnaps(nodes: readonly YamlNode[]): void {
    for (const node of nodes) {
      const values =
        node.kind === 'map' ? [...fieldsOf(node, this.#reading).values()].flat() : [node];
      const isList = node.kind === 'sequence';
      for (const item of isList ? node.items : values) this.#addSnapItem(item);
    }
  }

  #addSnapItem(item: YamlNode): void {
    const words = textsIn(item, this.#reading, 'a command');
    if (item.kind === 'sequence') this.#install(['snap'], words);
    else this.#addScript([item]);
  }

  /** `packages`: names, `[name, version]`, or a map from package manager to those. */
  #addPackages(node: YamlNode): void {
    const names: SourceText[] = [];
    for (const item of itemsIn(node, this.#reading)) {
      if (item.kind !== 'map') {
        addAll(names, textsIn(item, this.#reading, 'a package'));
        continue;
      }
      for (const [manager, nodes] of fieldsOf(item, this.#reading)) {
        this.#install(manager === 'snap' ? ['snap', 'install'] : APT_INSTALL, this.#texts(nodes));
      }
    }
    this.#install(APT_INSTALL, names);
  }

  /** The command line that cloud-init makes of names; it stands where the first of them does. */
  #install(program: readonly string[], names: readonly SourceText[]): void {
    const [first] = names;
    if (first === undefined) return;
    const own = program[0] === first.text ? [] : program;
    const words = own.map((text) => ({ ...first, text, segments: first.segments.slice(0, 3) }));
    const { draft } = this.#reading;
    const length = names.reduce((sum, { text }) => sum + text.length + 1, 0);
    if (draft.fits(length))
      this.#target.add(commandOfWords(draft.path, [...words, ...names]), 'sh');
  }

  /** Ubuntu's installer: commands of its own, and a cloud-config for the system that it makes. */
  #readAutoinstall(): void {
    for (const key of ['early-commands', 'late-commands', 'error-commands']) {
      this.#addScript(this.#at('autoinstall', key));
    }
    for (const node of this.#at('autoinstall', 'packages')) this.#addPackages(node);
    this.#install(['snap', 'install'], this.#texts(this.#at('autoinstall', 'snaps', 'name')));
    for (const node of this.#at('autoinstall', 'user-data')) {
      const fields = fieldsOf(node, this.#reading);
      const inner = [...fields].filter(([key]) => key !== 'autoinstall');
      readCloudConfig(new Map(inner), this.#target);
    }
  }
}

const APT_INSTALL = ['apt-get', 'install', '-y'] as const;

/** What undoes an `encoding`, innermost first; empty for plain text. */
function decoderOf(encoding: string, tag: string): string {
  const decoders = tag.includes('binary') ? ['base64 -d'] : [];
  if (encoding.includes('b64') || encoding.includes('base64')) decoders.push('base64 -d');
  if (encoding.startsWith('gz')) decoders.push('gunzip');
  return decoders.join(' | ');
}
