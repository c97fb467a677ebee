/** Of a home: its own three, and where iCloud Drive and other clouds are. */
const OF_HOME = ['Desktop', 'Documents', 'Downloads', 'Library/Mobile Documents', 'Library/CloudStorage'];

/** Whether macOS protects a path whatever its mode; its disks do not tell small letters from capital ones. */
export function isProtected(path: string, home: string): boolean {
  const place = `${path}/`.toLowerCase();
  return ['/Volumes', ...OF_HOME.map((name) => `${home}/${name}`)].some((folder) =>
    place.startsWith(`${folder}/`.toLowerCase()),
  );
}
