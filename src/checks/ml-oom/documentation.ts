import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The kernel killed a process of the container that runs an \`immich-machine-learning\` image. The images for
accelerators (\`-openvino\`, \`-cuda\`, \`-rocm\`, \`-armnn\`, \`-rknn\`) want 6 GB and more. Whose limit it was,
the container's or that of its unit, pod or slice, is told. Where the kernel log
cannot be read, \`was sent SIGKILL\` in the container's own log counts.`,
  configuration: `An image for an accelerator in a container that is not given its device (\`/dev/dri\`, \`nvidia.com/gpu=…\`,
\`/dev/kfd\`, …; for \`-cuda\` also a host for which nothing declares a driver of NVIDIA), or with a memory
limit that is too small for it: below 6 GB for \`-openvino\`, 2 GB or less for \`-cuda\` and \`-rocm\`.`,
  fix: `The image for the CPU (the same tag without the suffix, and without a digest), without devices, with at
least \`--memory=2g --memory-swap=3g\`. With that image already: twice the limit, or fewer workers. In a
configuration whose container has the device: \`--memory=6g --memory-swap=7g\`. A limit is never lowered.
The finding names each option with its present value; with \`--source\` also its file and line. A tag that a
variable makes is edited by hand.`,
  notReported: `What \`container-oom\` leaves out too; a kill of the Immich server, whose processes are called \`immich\`; a
worker that was ended for taking too long (\`WORKER TIMEOUT\` of the same process comes first); a container
without a limit; in a configuration the image for the CPU, whatever its limit.`,
};
