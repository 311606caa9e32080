/**
 * Every bound of the system by name. A queue, body, depth, retry, page or list without a limit here
 * is a bug, and each limit has a test that goes over it.
 */
export const KIB = 1024;
export const MIB = 1024 * KIB;

/** An answer leaves within this time, decided or by the checkpoint's stated default. */
export const answerMsMax = 800;

/** Decisions and events recorded in one transaction; 256 rows are written in about 2 ms. */
export const batchRequestsMax = 256;
/** Requests waiting for a batch. Past it a checkpoint answers by its default at once. */
export const waitingRequestsMax = 4_096;

/** One HTTP body to `/v1`. */
export const bodyBytesMax = 4 * MIB;
/** One GitLab validation body. GitLab limits CI YAML to 2 MiB and 500 jobs on GitLab.com. */
export const validateBodyBytesMax = 8 * MIB;
export const eventsPerRequestMax = 1_000;
/** `source`, `id`, `subject` and other names in an event, in UTF-16 units. */
export const nameLengthMax = 512;
export const pageItemsMax = 200;

export const jsonDepthMax = 64;

/** A file larger than this is `unchecked`, never read in part. Real CI files are under 300 KiB. */
export const scanFileBytesMax = 4 * MIB;
/** Files of one tree that a scan looks at. */
export const scanFilesMax = 1_000_000;
/** How many files deep a definition's own scripts are followed. */
export const scanFollowDepthMax = 4;
/** A scan in a worker that takes longer is ended and its definition is `unchecked`. */
export const scanMsMax = 5_000;
/** Work units (characters lexed, decoded or matched) one definition may cost: about 1 s. */
export const scanWorkMax = 64 * MIB;
/** Findings kept for one definition; the rest is counted, not listed. */
export const findingsPerDefinitionMax = 50;
/** Characters of source quoted in a finding. */
export const evidenceLengthMax = 400;

export const yamlDepthMax = 64;
/** Aliases in one file. The most seen in 2,417 real workflows was under 100. */
export const yamlAliasesMax = 1_000;
/** Nodes a reader may visit when it walks through aliases, so that an alias bomb cannot expand. */
export const yamlVisitsMax = 200_000;

/** Layers of encoding (`base64 -d`, `eval`, `sh -c` …) that are seen through. */
export const shellLayersMax = 6;
/** Characters that all decoded layers of one definition may come to. */
export const shellDecodedLengthMax = 1 * MIB;
/** Nesting of substitutions, groups and quotes in one command text. */
export const shellDepthMax = 32;

export const policyBytesMax = 1 * MIB;
export const policyRulesMax = 500;
export const celLengthMax = 2_000;
export const celDepthMax = 32;
export const celNodesMax = 400;
/** Comprehensions (`exists`, `all` …) inside one another. */
export const celNestingMax = 2;
/** Elements of a list that a fact or a literal may hold. */
export const celListMax = 200;
/** Estimated steps one condition may cost at worst; see `policy/cel/cost.ts`. */
export const celCostMax = 100_000;

/** Requests a key may send in a second, and how many it may save up. */
export const keyRequestsPerSecondMax = 5_000;
/** Calls with a wrong credential from one address in a minute before they are turned away early. */
export const wrongCredentialsPerMinuteMax = 60;
/** Time that running requests get on SIGTERM. */
export const drainMsMax = 10_000;
