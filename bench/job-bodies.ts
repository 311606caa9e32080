import { Prng } from '../src/base/prng.ts';

/** What jobs of ordinary projects run. The last four make the scanner look: they run or fetch files. */
const KINDS: readonly { readonly image: string; readonly script: readonly string[] }[] = [
  { image: 'node:24', script: ['npm ci', 'npm run lint', 'npm test -- --coverage'] },
  {
    image: 'python:3.13',
    script: ['pip install -r requirements.txt', 'python -m pytest -q tests/', 'python -m mypy src'],
  },
  {
    image: 'rust:1.90',
    script: ['cargo fmt --check', 'cargo clippy -- -D warnings', 'cargo test --workspace'],
  },
  {
    image: 'docker:28',
    script: ['docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .', 'docker push --all-tags img'],
  },
  {
    image: 'debian:12',
    script: ['cmake -B build -DCMAKE_BUILD_TYPE=Release', 'cmake --build build -j 4', 'ctest'],
  },
  { image: 'ruby:3.4', script: ['bundle install --jobs 4', 'bundle exec rspec'] },
  { image: 'golang:1.25', script: ['go vet ./...', 'go test -race ./...', 'go build ./cmd/app'] },
  { image: 'maven:3', script: ['mvn -B -ntp verify', 'mvn -B -ntp site'] },
  { image: 'gradle:8', script: ['chmod +x gradlew', './gradlew check --no-daemon'] },
  {
    image: 'alpine:3',
    script: ['apk add curl', 'curl -fsSL -o tool.tgz https://example.org/tool.tgz', 'make test'],
  },
  { image: 'node:24', script: ['bash ci/prepare.sh', 'npm run deploy -- --dry-run'] },
  { image: 'debian:12', script: ['echo "$KEY" | base64 -d > key.pem', 'sh deploy.sh'] },
];

/** Bodies of GitLab's pipeline validation as ordinary pipelines send them: 4 jobs, about 1.6 KB. */
export function jobBodies(count: number, seed: number): readonly string[] {
  const prng = new Prng(seed);
  return Array.from({ length: count }, (_, i) => jobBody(i, prng));
}

function jobBody(i: number, prng: Prng): string {
  const builds = ['lint', 'build', 'test', 'package'].map((stage) => {
    const { image, script } = prng.pick(KINDS);
    const before = [
      'echo "job $CI_JOB_NAME on $CI_RUNNER_DESCRIPTION"',
      'git submodule update --init',
    ];
    return {
      name: `${stage} ${prng.below(10)}`,
      stage,
      image,
      tag_list: ['shared'],
      services: null,
      script: [...before, ...script],
    };
  });
  const sha = Array.from({ length: 5 }, () => prng.uint32().toString(16).padStart(8, '0')).join('');
  return JSON.stringify({
    project: {
      id: 1000 + i,
      path: `group-${i % 7}/project-${i}`,
      created_at: '2024-03-01T09:00:00.000Z',
      shared_runners_enabled: true,
      group_runners_enabled: true,
    },
    user: {
      id: 500 + i,
      username: `user-${i}`,
      email: `user-${i}@example.com`,
      created_at: '2023-01-15T08:30:00.000Z',
      current_sign_in_ip: '192.0.2.10',
      last_sign_in_ip: '192.0.2.11',
      sign_in_count: 20 + prng.below(300),
    },
    credit_card: { similar_cards_count: 1, similar_holder_names_count: 1 },
    pipeline: { sha, ref: 'main', type: 'push' },
    builds,
    total_builds_count: prng.below(4),
    // A client asks more in a minute than a free account may in a year.
    namespace: { plan: 'premium', trial: false },
  });
}
