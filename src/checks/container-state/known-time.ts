/** Podman writes a time that never was as one of the year 1. */
export const isKnownTime = (text: string): boolean => Date.parse(text) > 0;
