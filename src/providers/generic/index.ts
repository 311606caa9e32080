import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { appveyorReader } from './appveyor.ts';
import { azurePipelinesReader } from './azure-pipelines.ts';
import { bitbucketPipelinesReader } from './bitbucket-pipelines.ts';
import { cirrusReader } from './cirrus.ts';
import { cloudInitReader } from './cloud-init.ts';
import { composeReader } from './compose.ts';
import { devcontainerReader } from './devcontainer.ts';
import { dockerfileReader } from './dockerfile.ts';
import { gitpodReader } from './gitpod.ts';
import { jenkinsfileReader } from './jenkinsfile.ts';
import { makefileReader } from './makefile.ts';
import { notebookReader } from './notebook.ts';
import { packageJsonReader } from './package-json.ts';
import { procfileReader } from './procfile.ts';
import { semaphoreReader } from './semaphore.ts';
import { shellReader } from './shell.ts';

/** Whoever speaks Davylamp's own HTTP interface, and the dialects that every provider runs. */
export const generic: Provider = {
  name: providerName('generic'),
  title: 'Any provider',
  whenSilent: 'not-asked',
  readers: [
    appveyorReader,
    azurePipelinesReader,
    bitbucketPipelinesReader,
    cirrusReader,
    cloudInitReader,
    composeReader,
    devcontainerReader,
    dockerfileReader,
    gitpodReader,
    jenkinsfileReader,
    makefileReader,
    notebookReader,
    packageJsonReader,
    procfileReader,
    semaphoreReader,
    shellReader,
  ],
  hooks: {},
};
