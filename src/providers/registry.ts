/** All providers. `registry.test.ts` holds the list to the folders on disk. */
import type { DialectReader } from '../model/job-definition.ts';
import type { Provider } from '../ports/provider.ts';
import { alibabaCloud } from './alibaba-cloud/index.ts';
import { buildkite } from './buildkite/index.ts';
import { circleci } from './circleci/index.ts';
import { codeship } from './codeship/index.ts';
import { drone } from './drone/index.ts';
import { forgejo } from './forgejo/index.ts';
import { generic } from './generic/index.ts';
import { github } from './github/index.ts';
import { gitlab } from './gitlab/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { layerci } from './layerci/index.ts';
import { okteto } from './okteto/index.ts';
import { oracleCloud } from './oracle-cloud/index.ts';
import { render } from './render/index.ts';
import { sourcehut } from './sourcehut/index.ts';
import { travis } from './travis/index.ts';
import { woodpecker } from './woodpecker/index.ts';

export const PROVIDERS: readonly Provider[] = [
  alibabaCloud,
  buildkite,
  circleci,
  codeship,
  drone,
  forgejo,
  generic,
  github,
  gitlab,
  kubernetes,
  layerci,
  okteto,
  oracleCloud,
  render,
  sourcehut,
  travis,
  woodpecker,
];

export const READERS: readonly DialectReader[] = PROVIDERS.flatMap(({ readers }) => readers);
