/**
 * Every bound of the system by name; those of sensors and the agent: `sensor-limits.ts`. A queue,
 * body, depth, retry, page or list without a limit is a bug, and each limit has a test that goes
 * over it.
 */
export const KIB = 1024;
export const MIB = 1024 * KIB;

/** An answer leaves within this time, decided or by the checkpoint's stated default. */
export const answerMsMax = 800;
/** When the default is given instead: 100 ms before, for a busy event loop and the way out. */
export const decideMsMax = 700;
/** Waits before a batch that the store refused is tried again; after the last it is given up. */
export const storeRetryMs = [50, 200, 1_000] as const;
/** Marks of decisions that came too late, kept for a store that refuses them: 1 MB. */
export const lateMarksMax = 16_384;

/** Decisions and events recorded in one transaction: 256 of 3 KB each take SQLite about 15 ms. */
export const batchRequestsMax = 256;
/** Bodies in one batch, together; a batch of one may be larger. */
export const batchBytesMax = 16 * MIB;
/** Bodies of all requests on their way. Past it as with `waitingRequestsMax`. */
export const waitingBytesMax = 256 * MIB;
/** Requests waiting for a batch. Past it a checkpoint answers by its default at once. */
export const waitingRequestsMax = 4_096;

/**
 * A body from this length on waits for its turn to be parsed, at 25 to 50 ns a byte, and all that
 * wait come to so many bytes. Ordinary ones have under 10 KiB.
 */
export const longBodyBytesMin = 64 * KIB;
export const longBodiesBytesMax = 64 * MIB;
/** One HTTP body to `/v1`. */
export const bodyBytesMax = 4 * MIB;
/** One GitLab validation body. GitLab limits CI YAML to 2 MiB and 500 jobs on GitLab.com. */
export const validateBodyBytesMax = 8 * MIB;
export const eventsPerRequestMax = 1_000;
/** Events of one request that are read before others have their turn: 7 ms at worst. */
export const eventsPerTurnMax = 16;
/** `source`, `id`, `subject` and other names in an event, in UTF-16 units. */
export const nameLengthMax = 512;
/** What an account writes about itself (name, e-mail, user agent …), in characters. */
export const textLengthMax = 16 * KIB;
/** Items of one list in an event's data. */
export const listItemsMax = 1_000;
export const pageItemsMax = 200;
/** Calls under way in the store. Past it a call rejects: a stalled disk must not eat the memory. */
export const storeCallsMax = 1_024;
/** How long a write waits for another process that holds the database, such as a backup. */
export const storeBusyMsMax = 5_000;
/** Rows one page looks at, so that no list holds up decisions: one of rare matches may be short. */
export const decisionsScannedMax = 2_000;
/** Clock hours for which an account's counters are kept: a day, and one for clocks that differ. */
export const activityHoursKept = 48;
/** Entries that close a generation of the store's indexes; a start reads at most 1.5 of them. */
export const storeIndexLagMax = 16_384;
/** Entries that an index of the store writes at once, or more. */
export const storeFoldMin = 512;
/** What a sync in the database's own thread may take, in the mean, before it is left to another. */
export const storeSyncHereMsMax = 1;
/** Commits that are left to the other thread before one is synced in the database's own again. */
export const storeSyncThereCommits = 64;
/** The database's thread leaves syncs to the other while it works less than this part of its time. */
export const storeSpareWorkShareMax = 0.5;
/** How often that is looked at. */
export const storeSpareEveryMs = 20;
/** Runs of a level that an index of the store merges into one of the next. */
export const storeRunsMerged = 4;
/** Texts of a kind that the store knows to have, not to write them again, and their characters. */
export const storeTextsKnownMax = 4_096;
export const storeTextsKnownLengthMax = 16 * 1024 * 1024;
/** Entries that an index of the store remembers to have read: those of a few batches. */
export const storeKnownMax = 4_096;

export const jsonDepthMax = 64;

/** A file larger than this is `unchecked`, never read in part. Real CI files are under 300 KiB. */
export const scanFileBytesMax = 4 * MIB;
/** Files of one tree that a scan looks at. */
export const scanFilesMax = 1_000_000;
/** How many files deep a definition's own scripts are followed. A build of Docker's is 8 deep. */
export const scanFollowDepthMax = 12;
/** Files that one definition's scripts and configurations are looked up in. */
export const scanFollowFilesMax = 64;
/** Paths that one definition's commands are looked up by; the disk is asked for each. */
export const scanLookupsMax = 2_000;
/** Bytes of files of the tree that one definition's commands read, such as packed data. */
export const scanReadBytesMax = 16 * MIB;
/** Simple commands of one job that are judged; a long real script has a few thousand. */
export const scanCommandsMax = 50_000;
/** Payouts and workers reported of one definition. */
export const identifiersPerDefinitionMax = 100;
/** A scan in a worker that takes longer is ended and its definition is `unchecked`. */
export const scanMsMax = 5_000;
/** Work units (characters lexed, decoded or matched) one definition may cost: under 0.5 s. */
export const scanWorkMax = 16 * MIB;
/** Up to this length a definition is swept on the event loop (under 1 ms), else in a worker. */
export const sweepInlineLengthMax = 64 * KIB;
/** Reports on definitions seen before, and how long one may be as JSON to be kept. */
export const scanCacheEntriesMax = 4_096;
export const scanCacheReportLengthMax = 8 * KIB;
/** Bytes that these definitions may come to, and one that is looked for among them. */
export const scanCacheBytesMax = 32 * MIB;
export const definitionBytesMax = 256 * KIB;
/** Definitions that other definitions run and that are kept as they were read, and their bytes. */
export const readCacheEntriesMax = 64;
export const readCacheLengthMax = 2 * MIB;
/** A definition up to this long may be scanned whole on the event loop. */
export const scanInlineLengthMax = 8 * KIB;
/** Threads of one `davylamp scan`: each takes 60 MiB. */
export const scanThreadsMax = 64;
/** Work units a scan may cost on the event loop, about 2 ms; what costs more goes to a worker. */
export const scanInlineWorkMax = 32 * KIB;
/** Findings kept for one definition; the rest is counted, not listed. */
export const findingsPerDefinitionMax = 50;
/** Characters of source quoted in a finding. */
export const evidenceLengthMax = 400;

/** Lines of source shown of one finding, and characters of one line. */
export const excerptLinesMax = 3;
export const excerptLineLengthMax = 120;
/** Characters read of a comment that asks to ignore a finding. */
export const ignoreCommentLengthMax = 300;
/** A former report that is a baseline: one of 2,000 repositories has about 10 MB. */
export const baselineBytesMax = 64 * MIB;
export const suppressionsBytesMax = 1 * MIB;
export const suppressionsMax = 10_000;
export const suppressionReasonLengthMax = 500;
/** Files of the scanned tree that ask to ignore findings, and are read. */
export const ignoreFilesMax = 100;
/** Sentences on the scan itself that one report holds. */
export const scanNotesMax = 50;
/** Entries of an archive, with those of archives inside it. */
export const archiveEntriesMax = 200_000;
/** Bytes of an archive's files that are kept in memory; a clone of 20,000 files has 200 MiB. */
export const archiveKeptBytesMax = 512 * MIB;
/** Bytes that an archive may unpack to, and how many times its own size once it is not small. */
export const archiveInflatedBytesMax = 4 * 1024 * MIB;
export const archiveRatioMax = 200;
/** An archive in an archive is read up to this size, and up to this depth. */
export const nestedArchiveBytesMax = 128 * MIB;
export const nestedArchivesDepthMax = 1;
/** Characters of a name in an archive. */
export const archiveNameLengthMax = 4_096;
/** Entries of an archive that are named as unread. */
export const archiveUnreadMax = 1_000;
/** The list of entries of a zip archive: 200,000 names take about 30 MiB. */
export const zipDirectoryBytesMax = 64 * MIB;
/** One call of git: listing a commit of 500,000 files takes 2 s and 60 MiB. */
export const gitMsMax = 60_000;
export const gitOutputBytesMax = 128 * MIB;
/** Annotations of one kind that GitHub takes from one step; it drops the rest without a word. */
export const annotationsPerKindMax = 10;

/** An operator's own file of indicators, its names, and the problems reported for it. */
export const indicatorFileLengthMax = 4 * MIB;
export const indicatorsMax = 100_000;
export const indicatorProblemsMax = 100;

export const yamlDepthMax = 64;
/** Deficient lines joined in one file; each costs a parse of up to 4 MiB, 60 ms at worst. */
export const yamlRepairsMax = 8;
/** Aliases in one file. The most seen in 2,417 real workflows was under 100. */
export const yamlAliasesMax = 1_000;
/** Nodes a reader may visit when it walks through aliases, so that an alias bomb cannot expand. */
export const yamlVisitsMax = 200_000;
/** Line breaks, commas and colons in one file: 4 MiB of `a,` would cost the parser 1.1 s. */
export const yamlSeparatorsMax = 400_000;

/** Characters that all commands of one definition may come to, once what is shared is copied. */
export const definitionLengthMax = 16 * MIB;
/** Commands of one definition; the rest is named as unread. */
export const definitionCommandsMax = 20_000;
/** Variables, images and remote names of one definition, those that its jobs share copied. */
export const definitionPartsMax = 100_000;
/** Sentences kept of what a definition holds that could not be read; the rest is counted. */
export const definitionUnreadMax = 50;
/** Characters of a job's name; GitLab's own limit is 255. */
export const jobNameLengthMax = 200;
/** Copies of a job; more is written as this many. GitHub starts at most 256 from one matrix. */
export const fanOutMax = 1_000_000;
/** Rows of a matrix that are told apart. Travis starts at most 200 jobs of one build. */
export const matrixRowsMax = 200;
/** Characters that templates of one definition are searched in and come to. */
export const templateLengthMax = 32 * MIB;
/** Values filled into one text. */
export const templateValuesMax = 1_000;
/** Texts of user data inside one another: an archive of parts of settings is three. */
export const userDataDepthMax = 4;
/** Parameters of one request in the form of a query. Real ones have under 100. */
export const requestParametersMax = 10_000;
/** Characters that all encoded user data of a definition may come to. Clouds take 16 to 64 KiB. */
export const userDataDecodedLengthMax = 4 * MIB;
/** Jobs of one GitLab validation body. GitLab.com starts at most 500. */
export const pipelineBuildsMax = 10_000;
/** Services of one build that are read. Real ones have a handful. */
export const buildServicesMax = 100;
/** The same of a whole body. 500 jobs with 10 services each have half of it. */
export const pipelineServicesMax = 10_000;
/** Builds that are kept as they were read, how long a text of them may be, and all together. */
export const knownBuildsMax = 4_096;
export const knownBuildsTextMax = 64 * KIB;
export const knownBuildsLengthMax = 32 * MIB;
/** `extends` behind one another in one job; GitLab's own limit. */
export const extendsDepthMax = 10;
/** Lines of a Makefile that hold something. Generated ones have up to 40,000. */
export const makeLinesMax = 100_000;
/** Characters of a Makefile that its variables are looked for in and come to. */
export const makeExpansionLengthMax = 8 * MIB;
/** Words, strings and marks of a Jenkinsfile. */
export const groovyTokensMax = 400_000;
/** `!reference` inside what another one names; GitLab's own limit. */
export const referenceDepthMax = 10;

/** Layers of encoding (`base64 -d`, `eval`, `sh -c` …) that are seen through. */
export const shellLayersMax = 6;
/** Characters that all decoded layers of one definition may come to. */
export const shellDecodedLengthMax = 1 * MIB;
/** Nesting of substitutions, groups and quotes in one command text. */
export const shellDepthMax = 32;
/** Words that the braces of one word may come to. */
export const shellBraceWordsMax = 256;
/** Rounds of one loop whose items are known. */
export const shellRoundsMax = 256;
/** Calls of functions in one run; a wordy library of shell functions has some thousands. */
export const shellFunctionCallsMax = 16_000;
/** Functions that call one another. */
export const shellCallsMax = 16;
/** Commands kept of one command text. The longest real job has a few hundred. */
export const shellCommandsMax = 20_000;

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
/** Characters of all conditions of a policy: they are parsed at 0.3 MB/s at worst, so in 350 ms. */
export const celTotalLengthMax = 100_000;
/** Characters and states of a pattern of `matches`: 40 states take up to 0.9 ms. */
export const celPatternLengthMax = 100;
export const celPatternStatesMax = 40;
/** Texts that one compiled pattern is asked about before it is compiled again. */
export const celPatternUsesMax = 1_024;
/** Estimated steps all conditions of one checkpoint may cost at worst: about 10 ms. */
export const policyCostMax = 1_000_000;
export const policyTestsMax = 2_000;
/** Characters of a rule's id and of a test's name. */
export const policyIdLengthMax = 64;
export const policyTestNameLengthMax = 200;
/** Problems reported for one policy file. */
export const policyProblemsMax = 100;
/** Longest time that an answer may hold: a year. */
export const policyTtlSecondsMax = 366 * 86_400;
/** Characters of a reason template, and of one fact's value in a filled-in reason. */
export const reasonLengthMax = 500;
export const reasonValueLengthMax = 200;

/** Requests a key may send in a second, and how many it may save up. */
export const keyRequestsPerSecondMax = 5_000;
/** API keys that exist at one time. */
export const apiKeysMax = 1_000;
/** How long a key that another server removes or adds goes unnoticed. */
export const keyCacheMsMax = 5_000;
/** How long a request waits for keys when those that are known are old. */
export const keyWaitMsMax = 100;
/** Calls with a wrong credential from one address in a minute before they are turned away early. */
export const wrongCredentialsPerMinuteMax = 60;
/** Addresses of such calls that are remembered in one minute. */
export const refusedAddressesMax = 10_000;
/** A caller's correlation id, in printable ASCII characters. */
export const correlationIdLengthMax = 200;
/** Time that a caller may take to send a request. */
export const requestMsMax = 30_000;
/** Time that running requests get on SIGTERM. */
export const drainMsMax = 10_000;
/** Time that a request gets then that is not here as a whole. */
export const drainArrivalMsMax = 1_000;
/** Time that `/readyz` gives the store: probes are used to wait for a second. */
export const readyMsMax = 500;

/** Values of one kind that are kept of an account: half the oldest, half the newest. */
export const linkValuesPerKindMax = 48;
/** Values of one evidence group that are weighed of an account: the heaviest. */
export const linkOptionsPerGroupMax = 48;
/** Steps of one account's search for sets of values that are heavy enough. */
export const linkSearchStepsMax = 4_096;
/** Sets of shared values that join an account to a party, and those that only make it suspect. */
export const linkBondsPerAccountMax = 64;
export const linkSuspicionsPerAccountMax = 16;
/** Accounts looked at behind one suspicion. */
export const linkSuspectsMax = 8;
/** Accounts of a party up to which it is asked whether one account holds it together: 0.1 s. */
export const linkCohesionAccountsMax = 50_000;
/** Values of one account that a person is told. */
export const accountValuesToldMax = 50;
/** Accounts that one explanation may visit. */
export const linkExplainVisitsMax = 50_000;
/** Accounts of a party that are looked at to count its new ones, and that a page of it shows. */
export const partyAccountsCountedMax = 4_096;
export const partyAccountsShownMax = 1_000;
/** Accounts of which the linker remembers what they showed last, and the ids of parties. */
export const linkSeenKnownMax = 8_192;
/** Numbers that a page of what the linker knows spans when a server starts. */
export const linkPageRows = 4_096;
/** Keyed hashes of values that are kept, so that those of everybody are made once. */
export const sharedDigestsMax = 16_384;
/** Accounts of which it is remembered what they show, and the characters that this may come to. */
export const accountsShownMax = 16_384;
export const accountsShownLengthMax = 16 * MIB;
/** Values of a job that are kept with its account; an ordinary one shows 6. */
export const jobValuesKeptMax = 32;
/** Characters of an account's fields that it is remembered by; what has more is read each time. */
export const accountKeyLengthMax = 4 * KIB;
/** Values that two threads have numbered, and the characters that these may come to. */
export const numberedValuesMax = 8_192;
export const numberedLengthMax = 16 * MIB;
/** Sign-ups of one day that look alike; where there are more, none has a rhythm. */
export const cadenceSignUpsPerDayMax = 4_096;
/** Ranges and characters of an operator's file of networks; the whole Internet has 500,000. */
export const networkRangesMax = 1_000_000;
export const networkFileLengthMax = 64 * MIB;
/** Bytes of such a file, and networks walked of an MMDB file, in which gaps count as well. */
export const networkFileBytesMax = 256 * MIB;
export const mmdbNetworksWalkedMax = 4_000_000;
/** Bytes, domains and reported problems of an operator's list of domains. */
export const domainListBytesMax = 16 * MIB;
export const domainsListedMax = 500_000;
export const domainListProblemsMax = 100;
/** Problems reported for one file of networks. */
export const networkProblemsMax = 100;
/** Characters of an IP address, an e-mail address and a user name that are read. */
export const ipLengthMax = 64;
export const emailLengthMax = 320;
export const usernameLengthMax = 200;
/** Characters of any other value that accounts may share. */
export const sharedValueLengthMax = 512;
/** Identifiers read of one event. */
export const sharedValuesPerEventMax = 200;
/** Characters and words of a job's commands that its template is made of. */
export const templateTextLengthMax = 1 * MIB;
export const templateWordsMax = 20_000;
/** Files of a project that its content is known by. */
export const repositoryFilesMax = 10_000;

/** One amount on the ledger: 2,000 vCPUs for a year. */
export const vcpuSecondsMax = 2 ** 36;
/** One book of the ledger, either way. Beyond, sums would leave the whole numbers of a double. */
export const balanceVcpuSecondsMax = 2 ** 50;
/** vCPUs of one copy, and how long it may ask to run: a quarter of a year. */
export const jobVcpuMax = 4_096;
export const jobSecondsMax = 92 * 86_400;
/** Reservations that one sweep expires; the next sweep goes on. */
export const expiredPerSweepMax = 1_000;
/** Merges that are followed to show the allowance of a party that is no more. */
export const ledgerPartyHopsMax = 16;
/** Findings of one kind that `davylamp doctor` prints. */
export const doctorFindingsMax = 100;
/** When an expiry that the ledger refuses is tried again, behind all that is due until then. */
export const expiryAgainMs = 3_600_000;
/** How often the ledger is swept. */
export const ledgerSweepMs = 10_000;
/** How long a job may wait for its runner before its reservation expires: as long as at GitLab. */
export const reservationWaitMsMax = 24 * 3_600_000;
/** How long after its timeout a job's end may be reported. */
export const reservationLateMsMax = 15 * 60_000;
/** Accounts that one operation moves from party to party; more take several. */
export const ledgerMovedAccountsMax = 1_000;
/** Jobs at once, and copies of one, that a tier may allow. */
export const tierConcurrencyMax = 10_000;
/** Weights of tiers are 1 to 10, all of which divide 2,520: tags of the queue stay whole. */
export const tierWeightMax = 10;

/** Pools of one queue, jobs that wait in one pool, and those of one party. */
export const queuePoolsMax = 1_000;
export const queueWaitingMax = 2_000_000;
export const queueWaitingPerPartyMax = 10_000;
/** Idle parties whose use a pool remembers; past it those nearest to their share are forgotten. */
export const queuePartiesMax = 2_000_000;
/** What one job may count for in the queue: 2^28 vCPU-seconds, 3,100 days. */
export const queueCostVcpuSecondsMax = 2 ** 28;
/** Slots of one pool. */
export const queueSlotsMax = 1_000_000;
/** How long a job may wait before it is given up, as at GitLab. */
export const queueWaitMsMax = 24 * 3_600_000;
/** How long a party's next job waits before it may start out of turn. */
export const queueAgedMs = 3_600_000;
/** What starts out of turn is at most 1 vCPU-second in this many. */
export const queueAgedShare = 100;
/** How long a lease lasts without a heartbeat, and how often a job whose lease ran out starts. */
export const leaseMsMax = 60_000;
export const leaseAttemptsMax = 3;
/** What a queued job counts for when nobody says: an hour of one vCPU. */
export const queueCostUsual = 3_600;
/**
 * Jobs and idle parties that advice is given from, of one provider: 1 KB each, in memory. Of those
 * that are due so many are forgotten whenever one more comes.
 */
export const advisedJobsMax = 100_000;
export const advisedSweepMax = 16;
/** How long after its time the end of a job may be told. */
export const advisedLateMs = 15 * 60_000;
/** Requests that the event loop hands to the core at once, before its turn is over. */
export const handOverRequestsMax = 32;
/** Requests to the queue that are applied and written together. */
export const queueAskedMax = 1_024;
/** Longest delay that the queue advises. */
export const notBeforeSecondsMax = 3_600;
