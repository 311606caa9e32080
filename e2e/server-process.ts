import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ADMIN_KEY = 'e2e-admin-key-of-no-value';
export const GITLAB_SECRET = 'e2e-gitlab-secret-of-no-value';

const ROOT = join(import.meta.dirname, '..');
const START_MS_MAX = 20_000;

export interface RunningServer {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written to standard output and error so far. */
  output(): string;
  /** Waits until the output holds `text`. */
  says(text: string): Promise<void>;
  /** Sends the signal and waits for the end; the exit code, or null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** A directory that goes away with the test. */
export function temporaryDirectory(t: { after(task: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-e2e-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The real program on a free port of the loopback address. */
export async function startServer(
  data: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const command = ['src/main/cli.ts', 'serve', '--data', data, '--listen', '127.0.0.1:0', ...args];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: {
      ...process.env,
      DAVYLAMP_ADMIN_KEY: ADMIN_KEY,
      DAVYLAMP_GITLAB_SECRET: GITLAB_SECRET,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const says = async (text: string): Promise<void> => {
    const deadline = Date.now() + START_MS_MAX;
    while (!output.includes(text)) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server did not say '${text}':\n${output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  };
  await says('3. ');
  const url = /listens on (http:\/\/[^\s,]+)/.exec(output)?.[1];
  if (url === undefined) throw new Error(`no address in:\n${output}`);
  return { url, child, output: () => output, says, end };
}

/** A call with the admin key; the parsed body beside the response. */
export async function call(
  server: RunningServer,
  path: string,
  init: { readonly method?: string; readonly body?: unknown } = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const { method = init.body === undefined ? 'GET' : 'POST', body } = init;
  const response = await fetch(new URL(path, server.url), {
    method,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** GitLab's validation call as its own HTTP library sends it: JSON under a form's content type. */
export async function validate(
  server: RunningServer,
  body: string | Uint8Array,
  token: string = GITLAB_SECRET,
): Promise<{ readonly status: number; readonly decision: string; readonly elapsedMs: number }> {
  const started = performance.now();
  const response = await fetch(new URL('/providers/gitlab/validate', server.url), {
    method: 'POST',
    headers: { 'x-gitlab-token': token, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  await response.arrayBuffer();
  const decision = response.headers.get('x-davylamp-decision') ?? '';
  return { status: response.status, decision, elapsedMs: performance.now() - started };
}

/** A validation body of one build. */
export function gitlabBody(script: readonly string[], user = 7, project = 11): string {
  return JSON.stringify({
    project: { id: project, path: 'group/project', created_at: '2024-01-01T00:00:00Z' },
    user: {
      id: user,
      username: `user-${user}`,
      email: `user-${user}@example.com`,
      created_at: '2023-01-01T00:00:00Z',
    },
    pipeline: { sha: 'a'.repeat(40), ref: 'main', type: 'push' },
    builds: [{ name: 'test', stage: 'test', image: 'debian:12', services: [], script }],
    total_builds_count: 0,
  });
}
