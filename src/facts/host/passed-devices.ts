import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { inspectAll } from './containers.ts';
import { requireSystemd } from './systemd.ts';
import { COMMAND_TEXTS, FIND_UNITS } from './units.ts';

/** A container, or a container unit, and what of the hardware its command gives it. */
export interface DeviceHolder {
  /** The container as podman has it, or the unit. */
  readonly container?: string;
  readonly unit?: string;
  /** Paths of the host (`/dev/dri`), and names by CDI (`nvidia.com/gpu=all`). */
  readonly devices: readonly string[];
  /** `--gpus`, or a runtime that adds a GPU. */
  readonly gpus: boolean;
  readonly privileged: boolean;
  /** Of `--group-add`: numbers or names. */
  readonly groups: readonly string[];
  /** Its numbers of users and groups are others than those of the host. */
  readonly mapped: boolean;
}

/** What lies at a path below /dev. */
export interface DeviceNode {
  readonly path: string;
  readonly kind: 'missing' | 'folder' | 'node';
  /** Octal, `660`. */
  readonly mode?: string;
  readonly gid?: number;
}

export interface PassedDevices {
  readonly holders: readonly DeviceHolder[];
  readonly nodes: readonly DeviceNode[];
  /** Groups of the host that devices belong to. */
  readonly groups: readonly { readonly name: string; readonly gid: number }[];
}

/** What accelerators of machine learning are called. */
const ACCELERATORS =
  '/dev/dri /dev/accel /dev/kfd /dev/nvidia0 /dev/nvidiactl /dev/dxg /dev/mali0 /dev/rga /dev/rknpu /dev/mpp_service /dev/dma_heap';

const TEMPLATE =
  '#container {{.Name}}{{"\\n"}}{{if .HostConfig.Privileged}}--privileged{{"\\n"}}{{end}}{{range .Config.CreateCommand}}{{.}}{{"\\n"}}{{end}}';

// A word a line. Command lines hold passwords: only words of these shapes leave the host.
const WORDS = `
/^#(container|unit) / { print substr($0, 2); waiting = ""; next }
waiting != "" { $0 = waiting "=" $0; waiting = "" }
/^--(device|gpus|runtime|group-add|userns|volume|mount)$/ || $0 == "-v" { waiting = $0; next }
/^--device=(\\/dev\\/[-A-Za-z0-9_.:\\/@+]+|[a-z0-9.-]+\\/[a-z]+=[A-Za-z0-9_.:-]+)$/ { sub("^--device=", ""); if ($0 ~ "^/") sub(":.*", ""); print "device", $0; next }
/^(-v|--volume)=\\/dev\\/[-A-Za-z0-9_.\\/@+]+(:|$)/ { sub("^[^=]*=", ""); sub(":.*", ""); print "device", $0; next }
/^--mount=/ && match($0, "(source|src)=/dev/[-A-Za-z0-9_./@+]+") { path = substr($0, RSTART, RLENGTH); sub("^[^=]*=", "", path); print "device", path; next }
/^--gpus=/ || /^--runtime=nvidia/ { print "gpus"; next }
/^--privileged(=true)?$/ { print "privileged"; next }
/^--group-add=[A-Za-z0-9_-]+$/ { sub("^[^=]*=", ""); print "group", $0; next }
/^--userns=/ { if ($0 != "--userns=host") print "mapped" }`;

export const passedDevices = defineProbe<PassedDevices>({
  id: 'passed-devices',
  reads: 'the devices and groups that containers are given, and /dev',
  root: true,
  tools: ['systemctl', 'awk', 'sed', 'stat', 'find'],
  outputLimit: 2_000_000,
  script: `set -f
${inspectAll(TEMPLATE)} | {
${FIND_UNITS}
given=$({
stage 0 cat
for unit in $units; do
echo "#unit $unit"
shown=$(stage 0 systemctl show --property=ExecStart -- "$unit")
${COMMAND_TEXTS} | stage 0 tr -d "\\\\\\\\'\\"" | stage 0 tr '\\t' ' ' | stage 0 tr -s ' ' '\\n'
done; } | stage 0 awk '${WORDS}')
printf '%s\\n' "$given"
{ printf '%s\\n' ${ACCELERATORS}; printf '%s\\n' "$given" | stage 0 awk '$1 == "device" && $2 ~ "^/" { print $2 }'; } | stage 0 sort -u | while read -r path; do
if [ -d "$path" ]; then
echo "folder $path"
find "$path" -maxdepth 1 -type c -exec stat -L -c 'node %n %a %g' -- {} +
elif [ -e "$path" ]; then stat -L -c 'node %n %a %g' -- "$path"
else echo "missing $path"; fi
done
awk -F : '$1 ~ "^(render|video)$" { print "known", $1, $3 }' /etc/group
echo end
}`,
  parse(raw) {
    requireSystemd(raw);
    const all = lines(raw.stdout);
    const holders: MutableHolder[] = [];
    for (const line of all) {
      const [, what, value = ''] =
        /^(container|unit|device|gpus|privileged|group|mapped)(?: (\S+))?$/.exec(line) ?? [];
      if (what === undefined) continue;
      if (what === 'container' || what === 'unit') {
        holders.push({
          [what]: value,
          devices: new Set(),
          gpus: false,
          privileged: false,
          groups: [],
          mapped: false,
        });
        continue;
      }
      const last = holders.at(-1);
      if (last === undefined) throw new Error('a device belongs to no container');
      if (what === 'device') last.devices.add(value);
      else if (what === 'group') last.groups.push(value);
      else last[what as 'gpus' | 'privileged' | 'mapped'] = true;
    }
    const value = {
      holders: holders.map(({ devices, ...rest }): DeviceHolder => ({ ...rest, devices: [...devices] })),
      nodes: all.flatMap((line) => nodeOf(line) ?? []),
      groups: all.flatMap((line) => {
        const [, name, gid] = /^known (\S+) (\d+)$/.exec(line) ?? [];
        return name === undefined ? [] : [{ name, gid: Number(gid) }];
      }),
    };
    return all.includes('end') ? value : new PartialValue(value, 'the list of devices was truncated');
  },
});

interface MutableHolder {
  container?: string;
  unit?: string;
  devices: Set<string>;
  gpus: boolean;
  privileged: boolean;
  groups: string[];
  mapped: boolean;
}

function nodeOf(line: string): DeviceNode | undefined {
  const [, kind, path, mode, gid] =
    /^(folder|missing|node) (\/dev\/\S+)(?: ([0-7]+) (\d+))?$/.exec(line) ?? [];
  if (path === undefined) return undefined;
  if (kind === 'missing' || kind === 'folder') return { path, kind };
  return mode === undefined ? undefined : { path, kind: 'node', mode, gid: Number(gid) };
}
