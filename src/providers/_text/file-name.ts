/** The last part of a path with `/`. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `.yml` or `.yaml`, as GitHub and GitLab take them: lower case only. */
export function isYamlName(name: string): boolean {
  return name.endsWith('.yml') || name.endsWith('.yaml');
}

/** A name that says Compose wherever it stands, so that no other dialect takes it for its own. */
export function isComposeName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes('docker-compose') || lower.includes('podman-compose');
}
