/**
 * What a cgroup's path says of who runs in it. One grammar a runtime:
 *
 *   docker      /docker/ID                                   cgroupfs driver
 *               /system.slice/docker-ID.scope                systemd driver
 *   podman      /machine.slice/libpod-ID.scope               also below a user's slice
 *   kubernetes  /kubepods/burstable/podUID/ID                cgroupfs driver
 *               /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podUID.slice/
 *                 cri-containerd-ID.scope                    systemd driver, dashes of UID as `_`
 *               guaranteed pods have no class between
 *   systemd     …/NAME.service, …/NAME.scope                 the innermost one
 *
 * Either may stand below others: kind and Docker-in-Docker nest them, and the innermost counts.
 * A part that begins with `:` is of a container's own tree (containerd's `:cri-containerd:ID`).
 */
export type CgroupOwner =
  | { readonly kind: 'container'; readonly container: string; readonly cgroup: string }
  | {
      readonly kind: 'pod';
      readonly pod: string;
      /** Null for the pod's own cgroup. */
      readonly container: string | null;
      readonly cgroup: string;
    }
  | { readonly kind: 'unit'; readonly unit: string; readonly cgroup: string };

const CONTAINER_ID = /^[0-9a-f]{64}$/;
const POD_UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A static pod's uid is a hash without dashes. */
const STATIC_POD_UID = /^[0-9a-f]{32}$/;

/** The owner of a cgroup, or null when the path has no known form. */
export function readCgroupPath(path: string): CgroupOwner | null {
  const parts = path.split('/').slice(1);
  for (let depth = parts.length; depth > 0; depth--) {
    const part = parts[depth - 1] ?? '';
    const cgroup = `/${parts.slice(0, depth).join('/')}`;
    const container = containerIn(part);
    if (container !== null) {
      const pod = podIn(parts[depth - 2] ?? '');
      return pod === null
        ? { kind: 'container', container, cgroup }
        : { kind: 'pod', pod, container, cgroup };
    }
    const pod = podIn(part);
    if (pod !== null) return { kind: 'pod', pod, container: null, cgroup };
    if (part.endsWith('.service') || part.endsWith('.scope')) {
      return { kind: 'unit', unit: part, cgroup };
    }
  }
  return null;
}

/** `docker-ID.scope`, `cri-containerd-ID.scope`, `:cri-containerd:ID`, `ID`. */
function containerIn(part: string): string | null {
  const name = part.endsWith('.scope') ? part.slice(0, -6) : part;
  const id = name.slice(Math.max(name.lastIndexOf('-'), name.lastIndexOf(':')) + 1);
  return CONTAINER_ID.test(id) ? id : null;
}

/** `podUID`, `kubepods-burstable-podUID.slice`. */
function podIn(part: string): string | null {
  const name = part.endsWith('.slice') ? part.slice(0, -6) : part;
  const at = name.startsWith('pod') ? 0 : name.indexOf('-pod') + 1;
  if (at === 0 && !name.startsWith('pod')) return null;
  const uid = name.slice(at + 3).replaceAll('_', '-');
  return POD_UID.test(uid) || STATIC_POD_UID.test(uid) ? uid : null;
}
