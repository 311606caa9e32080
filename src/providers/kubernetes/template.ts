import { yamlVisitsMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';

/**
 * Whether YAML took an expression of Helm for a map in a map: `image: {{ .Values.image }}`. One in
 * quotes is a text, and may be meant to stay: Argo's and Prometheus' are filled in later.
 */
export function holdsExpressions(roots: readonly YamlNode[], text: string): boolean {
  const open: YamlNode[] = [...roots];
  for (let visits = 0; visits < yamlVisitsMax; visits++) {
    const node = open.pop();
    if (node === undefined) return false;
    if (node.kind === 'sequence') for (const item of node.items) open.push(item);
    if (node.kind !== 'map') continue;
    if (text.startsWith('{{', node.start)) return true;
    for (const { value } of node.entries) open.push(value);
  }
  return false;
}
