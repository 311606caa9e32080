/**
 * ConfigMaps and Secrets of a file. Their values are variables or files of the containers that name
 * them, and a file may be a script that a container runs.
 */
import type { YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { decodeUserData } from '../_cloud-init/decode.ts';
import { placeAtStart } from '../_text/embedded-text.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import type { KubernetesObject } from './objects.ts';

export interface ConfigEntry {
  readonly key: string;
  readonly text: SourceText;
  /** The text is base64 of what the container gets. */
  readonly isEncoded: boolean;
}

export type ConfigKind = 'ConfigMap' | 'Secret';

/** The fields that hold values, and whether those are base64. */
const DATA_FIELDS: Readonly<Record<ConfigKind, readonly (readonly [string, boolean])[]>> = {
  ConfigMap: [
    ['data', false],
    ['binaryData', true],
  ],
  Secret: [
    ['data', true],
    ['stringData', false],
  ],
};

export function isConfigKind(kind: string): kind is ConfigKind {
  return Object.hasOwn(DATA_FIELDS, kind);
}

/** The values of one object, in the order in which they stand. */
export interface ConfigObject {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly entries: readonly ConfigEntry[];
}

export class ConfigData {
  readonly #objects = new Map<string, ConfigObject>();
  readonly #used = new Set<string>();

  constructor(objects: readonly KubernetesObject[], reading: YamlReading) {
    for (const { kind, name, fields } of objects) {
      if (!isConfigKind(kind)) continue;
      const key = `${kind}/${name}`;
      // Of one name in two namespaces either may be meant, so the values of both are kept.
      const known = this.#objects.get(key)?.entries ?? [];
      const entries = [...known, ...entriesOf(kind, fields, reading)];
      this.#objects.set(key, { kind, name, entries });
    }
  }

  /** The values of an object that a container names; none when it stands in another file. */
  use(kind: ConfigKind, name: string): readonly ConfigEntry[] {
    const key = `${kind}/${name}`;
    this.#used.add(key);
    return this.#objects.get(key)?.entries ?? [];
  }

  /** Objects that nothing in the file names: containers of other files may. */
  unused(): readonly ConfigObject[] {
    return [...this.#objects].filter(([key]) => !this.#used.has(key)).map(([, object]) => object);
  }
}

function entriesOf(kind: ConfigKind, fields: Fields, reading: YamlReading): ConfigEntry[] {
  return DATA_FIELDS[kind].flatMap(([field, isEncoded]) =>
    valuesIn(fields, field).flatMap((node) => entriesIn(node, isEncoded, reading)),
  );
}

function entriesIn(node: YamlNode, isEncoded: boolean, reading: YamlReading): ConfigEntry[] {
  return [...fieldsOf(node, reading)].flatMap(([key, nodes]) =>
    nodes
      .flatMap((each) => textsIn(each, reading, 'a value'))
      .map((text) => ({ key, text, isEncoded })),
  );
}

/** What the container gets, or null when that is no text: a key store, an image. */
export function plainText({ text, isEncoded }: ConfigEntry): SourceText | null {
  if (!isEncoded) return text;
  const decoded = decodeUserData(text.text, text.text.length);
  return decoded.ok ? placeAtStart(text)({ ...text, text: decoded.value }) : null;
}
