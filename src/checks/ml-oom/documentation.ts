import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_JUDGED_ELSEWHERE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `The kernel killed a process of the container that runs an \`immich-machine-learning\` image. The images for
accelerators (\`-openvino\`, \`-cuda\`, \`-rocm\`, \`-armnn\`, \`-rknn\`) need more memory than the image for the CPU. The finding says whose limit
was reached: that of the container, or of its unit, pod or slice. If the kernel log cannot be read, \`was sent
SIGKILL\` in the container's own log counts.`,
  configuration: `An accelerator image in a container that is not given its device (\`/dev/dri\`, \`nvidia.com/gpu=…\`, \`/dev/kfd\`,
…; for \`-cuda\` also a host for which no NVIDIA driver is declared), or with a memory limit that is too low: \`-openvino\`
needs 6 GB; \`-cuda\` and \`-rocm\` need more than 2 GB.`,
  fix: `Use the CPU image (the same tag without the suffix and without a digest), without devices, and with at least
\`--memory=2g --memory-swap=3g\`. To keep an accelerator image whose container has its device, set
\`--memory=6g --memory-swap=7g\`. If it is the CPU image already, double its limit or use fewer workers. No fix lowers a limit. The
finding shows each option with its current value; with \`--source\` also its file and line. A tag that comes
from a variable is edited by hand.`,
  notReported: `These are not problems, or belong to another check:

- \`podman kill\`, and a stop that took too long (both have exit status 137 too).
- A kill outside of the memory groups of containers.
- A kill of the Immich server, whose processes are named \`immich\` (\`container-oom\`).
- A worker that was stopped for taking too long (\`WORKER TIMEOUT\` of the same process comes first).
- In a configuration: a container without a limit; the CPU image, whatever its limit.`,
  notJudged: NOT_JUDGED_ELSEWHERE,
};
