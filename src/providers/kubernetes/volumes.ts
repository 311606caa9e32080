/**
 * Volumes of a pod that bring files of the same manifest into its containers: ConfigMaps, Secrets
 * and projections of both.
 */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import type { ConfigData, ConfigEntry, ConfigKind } from './config-data.ts';

export interface VolumeFile {
  /** Relative to where the volume is mounted. */
  readonly path: string;
  readonly entry: ConfigEntry;
}

/** The files of each volume, by its name. */
export type Volumes = ReadonlyMap<string, readonly VolumeFile[]>;

/** The volumes that a map declares, with those that are known further out. */
export function volumesOf(
  fields: Fields,
  outer: Volumes,
  data: ConfigData,
  reading: YamlReading,
): Volumes {
  const lists = valuesIn(fields, 'volumes');
  if (lists.length === 0) return outer;
  const volumes = new Map(outer);
  for (const item of lists.flatMap((list) => [...itemsIn(list, reading)])) {
    const volume = fieldsOf(item, reading);
    const name = lastText(valuesIn(volume, 'name'));
    const files = [item, ...valuesAt([item], ['projected', 'sources'], reading)]
      .flatMap((source) => [...itemsIn(source, reading)])
      .flatMap((source) => filesOf(fieldsOf(source, reading), data, reading));
    if (name !== '' && files.length > 0) volumes.set(name, files);
  }
  return volumes;
}

function filesOf(source: Fields, data: ConfigData, reading: YamlReading): readonly VolumeFile[] {
  const from = (key: string, kind: ConfigKind): readonly VolumeFile[] =>
    valuesIn(source, key).flatMap((node) => {
      const fields = fieldsOf(node, reading);
      const name = lastText(valuesIn(fields, 'name', 'secretName'));
      return chosen(data.use(kind, name), valuesIn(fields, 'items'), reading);
    });
  return [...from('configMap', 'ConfigMap'), ...from('secret', 'Secret')];
}

/** All entries under their keys, or those that `items` names under the paths it gives them. */
function chosen(
  entries: readonly ConfigEntry[],
  items: readonly YamlNode[],
  reading: YamlReading,
): readonly VolumeFile[] {
  if (items.length === 0) return entries.map((entry) => ({ path: entry.key, entry }));
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return items
    .flatMap((node) => [...itemsIn(node, reading)])
    .flatMap((item) => {
      const fields = fieldsOf(item, reading);
      const key = lastText(valuesIn(fields, 'key'));
      const entry = byKey.get(key);
      const path = lastText(valuesIn(fields, 'path')) || key;
      return entry === undefined ? [] : [{ path, entry }];
    });
}

/** Where a file of a volume stands in a container, or null when `subPath` leaves it out. */
export function mountedPath(file: string, mountPath: string, subPath: string): string | null {
  if (subPath === '') return `${mountPath}/${file}`.replace('//', '/');
  if (file === subPath) return mountPath;
  return file.startsWith(`${subPath}/`) ? mountPath + file.slice(subPath.length) : null;
}

function lastText(nodes: readonly YamlNode[]): string {
  return textOf(nodes.at(-1)) ?? '';
}
