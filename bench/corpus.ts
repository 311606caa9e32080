import { Prng } from '../src/base/prng.ts';

interface CorpusFile {
  readonly path: string;
  readonly text: string;
}

const STEPS: readonly string[] = [
  'npm ci\n          npm run build --if-present\n          npm test',
  'python -m pip install --upgrade pip\n          pip install -e ".[dev]"\n          pytest -q',
  'cargo build --release --locked\n          cargo test --workspace --no-fail-fast',
  'go vet ./...\n          go test -race -coverprofile=coverage.out ./...',
  'echo "version=$(git describe --tags)" >> "$GITHUB_OUTPUT"',
  'curl -fsSL https://example.org/install-tool.sh -o install.sh\n          sh install.sh --yes',
  'echo "$DEPLOY_KEY" | base64 -d > key.pem\n          chmod 600 key.pem',
  'make -j"$(nproc)" all check DESTDIR="$PWD/stage"',
];
const SCRIPTS: readonly string[] = [
  'bundle exec rspec',
  'composer install --no-interaction && vendor/bin/phpunit',
  'mvn -B -ntp verify',
  './gradlew check --no-daemon',
  'docker buildx build --push -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA" .',
];

/** CI files as repositories have them, 40 % GitHub, 30 % GitLab, the rest Dockerfiles and scripts. */
export function corpusFiles(count: number, seed: number): readonly CorpusFile[] {
  const prng = new Prng(seed);
  return Array.from({ length: count }, (_, i) => {
    const kind = prng.below(10);
    if (kind < 4) return { path: `r${i}/.github/workflows/ci.yml`, text: workflow(prng) };
    if (kind < 7) return { path: `r${i}/.gitlab-ci.yml`, text: pipeline(prng) };
    if (kind < 9) return { path: `r${i}/Dockerfile`, text: dockerfile(prng) };
    return { path: `r${i}/scripts/build.sh`, text: script(prng) };
  });
}

function workflow(prng: Prng): string {
  const jobs = Array.from({ length: 1 + prng.below(4) }, (_, i) => {
    const steps = Array.from(
      { length: 2 + prng.below(5) },
      (_step, n) => `      - name: step ${n}\n        run: |\n          ${prng.pick(STEPS)}\n`,
    );
    const head = `  job${i}:\n    runs-on: ubuntu-latest\n    timeout-minutes: 20\n    strategy:\n`;
    const matrix = '      matrix:\n        version: [18, 20, 22]\n    steps:\n';
    return `${head}${matrix}      - uses: actions/checkout@${hex(prng)}\n${steps.join('')}`;
  });
  return `name: CI\non:\n  push:\n    branches: [main]\n  pull_request:\njobs:\n${jobs.join('\n')}`;
}

function pipeline(prng: Prng): string {
  const jobs = Array.from({ length: 2 + prng.below(5) }, (_, i) => {
    const lines = Array.from({ length: 1 + prng.below(4) }, () => `    - ${prng.pick(SCRIPTS)}\n`);
    return `job ${i}:\n  stage: test\n  image: debian:12\n  tags: [shared]\n  script:\n${lines.join('')}`;
  });
  return `stages: [test]\n\nvariables:\n  GIT_DEPTH: "20"\n\n${jobs.join('\n')}`;
}

function dockerfile(prng: Prng): string {
  const runs = Array.from(
    { length: 1 + prng.below(5) },
    () =>
      `RUN apt-get update && apt-get install -y --no-install-recommends git \\\n    make \\\n    g++\n`,
  );
  return `FROM debian:12-slim@sha256:${hex(prng)}\nWORKDIR /app\nCOPY . .\n${runs.join('')}CMD ["./serve"]\n`;
}

function script(prng: Prng): string {
  const lines = Array.from(
    { length: 5 + prng.below(30) },
    () => `${prng.pick(SCRIPTS)} || exit 1\n`,
  );
  return `#!/bin/bash\nset -euo pipefail\ncd "$(dirname "$0")/.."\n${lines.join('')}`;
}

function hex(prng: Prng): string {
  return Array.from({ length: 5 }, () => prng.uint32().toString(16).padStart(8, '0')).join('');
}
