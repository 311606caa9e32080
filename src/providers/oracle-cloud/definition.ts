/**
 * Reads requests that launch something on Oracle Cloud, as its command line and its SDKs take them:
 * instances, instance configurations and pools, container instances, commands for instances. What
 * an instance runs is in its user data, which is base64.
 */
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { mapsIn } from '../_launch/maps-in.ts';
import { readYaml } from '../_yaml/yaml-reading.ts';
import { LaunchReader } from './launch-reader.ts';

const DIALECT: Dialect = 'oracle-cloud';

export const oracleCloudReader: DialectReader = {
  dialect: DIALECT,
  // A request is kept under any name.
  claims() {
    return false;
  },
  byContent: {
    mayClaim(path) {
      return path.toLowerCase().endsWith('.json');
    },
    recognises: isLaunchRequest,
  },
  read(path, text) {
    // JSON is YAML, and the reader of YAML keeps places.
    return readYaml(
      DIALECT,
      path,
      text,
      (roots, reading) => {
        const launch = new LaunchReader(reading);
        for (const map of mapsIn(roots, reading)) launch.read(map);
        launch.end();
      },
      'map-or-sequence',
    );
  },
};

/**
 * Words of which a request has one of each list of a row. Names stand in camel case, with dashes or
 * with underscores; the compartment may be given on the command line instead.
 */
const MARKS: readonly (readonly (readonly string[])[])[] = [
  [['"compartmentId"', '"compartment-id"', '"compartment_id"'], ['"shape"']],
  [['"shape"'], ['"VM.', '"BM.'], ['"metadata"', '"extendedMetadata"', '"userDataFile"']],
  [['"launchDetails"', '"launch-details"', '"launch_details"'], ['"shape"']],
  [
    ['"instanceConfigurationId"', '"instance-configuration-id"', '"instance_configuration_id"'],
    ['"size"'],
  ],
  [
    ['"sourceType"', '"source-type"'],
    ['"outputType"', '"output-type"'],
  ],
];

function isLaunchRequest(text: string): boolean {
  const start = text.slice(0, START_LENGTH_MAX).trimStart();
  if (!start.startsWith('{') && !start.startsWith('[')) return false;
  return MARKS.some((row) => row.every((names) => names.some((name) => text.includes(name))));
}

const START_LENGTH_MAX = 256;
