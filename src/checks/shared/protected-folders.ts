/** Whether macOS protects a path whatever its mode. */
export const isProtected = (path: string, home: string): boolean =>
  ['Desktop', 'Documents', 'Downloads'].some((name) => `${path}/`.startsWith(`${home}/${name}/`)) ||
  path.startsWith('/Volumes/');
