/** Bounds of what looks at running jobs: signals, recordings, the agent. More in `limits.ts`. */
import { KIB, MIB } from './limits.ts';

/** Signals held of one job, and sent of it in one event. The lightest give way. */
export const signalsPerJobMax = 64;
/** Characters of one text in a signal: a name, a login, a path. */
export const signalTextLengthMax = 256;
/** Identifiers, traits or words of one signal. */
export const signalListMax = 16;

/** Bytes of one captured packet; tcpdump's own limit. Longer ones are cut. */
export const packetBytesMax = 262_144;
/** Bytes of one block of a pcapng file: a packet of that length with its options. */
export const captureBlockBytesMax = 512 * KIB;
/** Interfaces of one section of a pcapng file. */
export const captureInterfacesMax = 1_024;
/** Packets wrapped in packets: VLAN tags, tunnels. */
export const packetLayersMax = 8;
/**
 * Flows that have carried bytes, and those that have not, watched at one time; the one that was
 * silent longest gives way. 4,096 of the former take 20 MB, and last 5 s without a word when 50,000
 * new ones come a minute and none of them ends.
 */
export const flowsMax = 4_096;
export const quietFlowsMax = 4_096;
/** Bytes that came too early, kept for one direction of one flow, and their segments. */
export const flowHeldBytesMax = 32 * KIB;
export const flowHeldSegmentsMax = 64;
/** Bytes kept of all flows together: those that came too early and messages not whole yet. */
export const flowsHeldBytesMax = 16 * MIB;
/** Bytes of one message that is read: the longest real one, a share of Equihash, has 3 KiB. */
export const wireMessageBytesMax = 64 * KIB;
/** Bytes of one direction that are looked at before its flow is nothing that we can read. */
export const flowSniffBytesMax = 8 * KIB;
/** Messages and bytes of a flow that are read before it is given up, nothing of mining in them. */
export const flowIdleMessagesMax = 64;
export const flowIdleBytesMax = 256 * KIB;
/** Messages of one flow that are read; the longest session's first thousand say all. */
export const flowMessagesMax = 1_000;
/** Names of one DNS message, and characters of one. */
export const dnsQuestionsMax = 16;
export const dnsNameLengthMax = 253;
/** Findings of one replay; more are counted. */
export const replayFindingsMax = 100_000;
/** Bytes of one line that another sensor wrote; Tetragon's have 14.6 KB on average. */
export const recordLineBytesMax = 1 * MIB;
/** Lines at the beginning of a recording that may be broken before it is of no known format. */
export const recordHeadLinesMax = 100;
/** Bytes kept of one live packet: a share of Equihash with its headers. */
export const livePacketBytesMax = 4 * KIB;
/** Kernel buffer of a live capture. */
export const captureBufferKib = 4 * KIB;
/** How often the kernel's count of drops is asked for, and how long a dead capture stays dead. */
export const captureCountsMs = 10_000;
export const captureRestartMs = 5_000;
/** How long a capture may take to begin, and to end. */
export const captureStartMsMax = 10_000;
export const captureStopMsMax = 2_000;
/** How long a program of the host may take that only sets something up. */
export const hostProgramMsMax = 10_000;
/** Cgroups of one host that are watched, and how deep below the root they may stand. */
export const hostCgroupsMax = 4_096;
export const cgroupDepthMax = 16;
/** Processes that are looked at for the first time in one round; a burst beyond is counted lost. */
export const newProcessesPerRoundMax = 256;
/** Processes whose looks are remembered, and threads followed of all busy processes. */
export const hostProcessesMax = 16_384;
export const hostThreadsMax = 8_192;
/** Threads read of one process. */
export const processThreadsMax = 512;
/** Bytes read of one file below `/proc`: `maps` of a Java server has 200 kB. */
export const procFileBytesMax = 512 * 1024;
/** Sockets read of one network namespace. */
export const hostSocketsMax = 65_536;
/** Jobs that the agent holds signals of. */
export const agentJobsMax = 4_096;
/** Bytes of what a container engine says of one container, and of a node's pods at the API. */
export const containerStateBytesMax = 1 * MIB;
export const podListBytesMax = 16 * MIB;
export const podsPerNodeMax = 1_024;
/** Rules that map cgroups to jobs in an agent's policy. */
export const jobRulesMax = 64;
/** Network namespaces of one host whose sockets are read. */
export const networkNamespacesMax = 1_024;
/** Characters of one line of an agent's journal, and lines before it is written anew. */
export const journalBytesMax = 64 * 1_024;
export const journalLinesMax = 1_000;
/** Characters of an agent's policy. */
export const agentPolicyBytesMax = 256 * 1_024;
/** Characters of one line that a tracing program prints: a map of some thousand threads. */
export const traceLineBytesMax = 1 * MIB;
/** Things that a sensor has told of lately and does not repeat yet. */
export const toldLatelyMax = 1_024;
/** Characters of a command line that another sensor wrote, and its words. */
export const commandLineLengthMax = 32 * KIB;
export const commandLineWordsMax = 512;
/** Columns of one of Zeek's logs. */
export const zeekColumnsMax = 200;
/** How often a file that another sensor writes is looked at, and bytes read of it at once. */
export const recordPollMs = 1_000;
export const recordReadBytesMax = 1 * MIB;
/** Who sends records to an agent at once, and how long one may take. */
export const recordInboxConnectionsMax = 32;
export const recordInboxMsMax = 10_000;
/** Bytes of what an agent keeps for a server that is away; the oldest gives way, and is counted. */
export const agentSpoolBytesMax = 32 * 1_024 * 1_024;
/** Events of one batch that an agent sends. */
export const agentBatchMax = 50;
/** Bytes of a server's answer that a command reads, and how long it waits for one. */
export const askBytesMax = 4 * MIB;
export const askMsMax = 10_000;
/** Bytes of a server's answer that an agent reads, and how long it waits for one. */
export const agentAnswerBytesMax = 1 * MIB;
export const agentRequestMsMax = 10_000;
