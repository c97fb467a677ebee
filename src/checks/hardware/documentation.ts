import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A container is given hardware that it cannot use, in one of these ways:

- A device that its command names (\`--device=/dev/dri\`) does not exist.
- An accelerator image of Immich's machine learning (\`-openvino\`, \`-cuda\`, \`-rocm\`, \`-armnn\`, \`-rknn\`) runs on a host
  without that device, or in a container that is not given it.
- \`--group-add\` names another group than that of the GPU's device on this host, and the container does not run as root.`,
  fix: `Attach the device or load its driver; pass the number of the device's group (\`stat -c %g /dev/dri/renderD128\`); or use
the CPU image.`,
  notReported: `These are not problems:

- A unit that somebody stopped on purpose.
- A group that does not matter, because the container runs as root or all users may open the device.
- An image that has its device: by \`--device\`, \`--gpus\` or CDI, or because the container is privileged.

If a group is given by name, its number in the image is not known; the result says so. A container that does not start
because of its device is a finding of \`container-state\`, and one that runs out of memory is a finding of \`ml-oom\`.`,
};
