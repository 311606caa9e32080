/** The last part of a path with `/`. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `.yml` or `.yaml`, as GitHub and GitLab take them: lower case only. */
export function isYamlName(name: string): boolean {
  return name.endsWith('.yml') || name.endsWith('.yaml');
}
