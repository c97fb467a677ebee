import { entryOf } from '../../text/entry.ts';
import { GIBIBYTE } from './memory.ts';

export const ML_IMAGE = /immich-machine-learning/;

export interface Accelerator {
  /** What a container that uses it is given. */
  readonly devices: RegExp;
  /** The same, for people. */
  readonly example: string;
  /** On a host that has it, one of these exists. */
  readonly nodes: readonly string[];
  /** It needs more than this, in bytes; undefined where nothing is known of it. */
  readonly least: number | undefined;
}

export const ACCELERATORS: Readonly<Record<string, Accelerator>> = {
  openvino: {
    devices: /\/dev\/(?:dri|accel|bus\/usb|dxg)|intel\.com\//,
    example: '/dev/dri',
    nodes: ['/dev/dri', '/dev/accel', '/dev/dxg'],
    least: 6e9,
  },
  cuda: {
    devices: /nvidia|\/dev\/dxg/,
    example: 'nvidia.com/gpu=all',
    nodes: ['/dev/nvidia0', '/dev/nvidiactl', '/dev/dxg'],
    least: 2 * GIBIBYTE + 1,
  },
  rocm: {
    devices: /\/dev\/kfd|amd\.com\//,
    example: '/dev/kfd',
    nodes: ['/dev/kfd'],
    least: 2 * GIBIBYTE + 1,
  },
  armnn: { devices: /\/dev\/mali/, example: '/dev/mali0', nodes: ['/dev/mali0'], least: undefined },
  rknn: {
    devices: /\/dev\/(?:dri|rknpu|mpp|rga|dma_heap)/,
    example: '/dev/dri',
    nodes: ['/dev/dri', '/dev/rknpu', '/dev/rga', '/dev/mpp_service', '/dev/dma_heap'],
    least: undefined,
  },
};
export const ALL_DEVICES = /^\/dev\/?(?::|$)/;

/** The tag, the accelerator that it is for, and a digest, which is of that one image only. */
const ACCELERATED =
  /^(.*immich-machine-learning:[^@/]*?)-(openvino|cuda|rocm|armnn|rknn)(?:@sha256:[0-9a-f]+)?$/;

export interface AcceleratedImage {
  /** The same for the CPU. */
  readonly target: string;
  readonly accelerator: string;
}

/** Undefined for an image that is for the CPU. */
export function acceleratedImage(image: string): AcceleratedImage | undefined {
  const [, target, accelerator] = ACCELERATED.exec(image) ?? [];
  return target === undefined || accelerator === undefined ? undefined : { target, accelerator };
}

const NAMES: Readonly<Record<string, string>> = {
  openvino: 'OpenVINO',
  cuda: 'CUDA',
  rocm: 'ROCm',
  armnn: 'Arm NN',
  rknn: 'RKNN',
};

/** `OpenVINO image`. */
export const imageFor = (accelerator: string): string =>
  `${entryOf(NAMES, accelerator) ?? accelerator} image`;

/** The tag without what says which accelerator it is for. */
export const withoutAccelerator = (tag: string): string =>
  tag.replace(/-(?:openvino|cuda|rocm|armnn|rknn)$/, '');
