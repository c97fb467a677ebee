export const ML_IMAGE = /immich-machine-learning/;

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

/** The tag without what says which accelerator it is for. */
export const withoutAccelerator = (tag: string): string =>
  tag.replace(/-(?:openvino|cuda|rocm|armnn|rknn)$/, '');
