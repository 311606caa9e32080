/**
 * Words of tools that run files of the tree they stand in, in the form of a sweep's atoms. A job
 * with one of them and nothing that a rule could see is looked at all the same when the tree is at
 * hand, since the file may hold what the job does not.
 */
export const FOLLOWING_ATOMS: readonly string[] = [
  ...['make', 'gmake', 'bmake', 'npm', 'npx', 'cnpm', 'yarn', 'yarnpkg', 'pnpm', 'bun', 'deno'],
  ...['docker build', 'docker bake', 'docker compose', 'podman build', 'podman compose'],
  ...['nerdctl build', 'buildah', 'kubectl', 'oc apply', 'oc create', 'ansible playbook'],
  ...['tox', 'nox', 'just', 'task', 'rake', 'gulp', 'grunt', 'pre commit', 'composer', 'gradle'],
  ...['gradlew', 'scons', 'invoke', 'fab', 'mage', 'vagrant', 'terraform', 'tofu', 'cargo'],
  ...['pip install', 'pip3 install', 'go run', 'go generate'],
  ...['pytest', 'mocha', 'jest', 'vitest', 'rspec', 'phpunit', 'behave', 'bats'],
  ...['python', 'python2', 'python3', 'pypy3', 'node', 'nodejs', 'ruby', 'perl', 'php', 'lua'],
];
