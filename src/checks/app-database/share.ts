/** Where programs whose only database is SQLite keep it, by a part of the last word of their image. */
const DATA_FOLDERS: Readonly<Record<string, string>> = {
  'uptime-kuma': '/app/data',
  plex: '/config',
  'pms-docker': '/config',
  jellyfin: '/config',
  emby: '/config',
  embyserver: '/config',
  tautulli: '/config',
  overseerr: '/config',
  audiobookshelf: '/config',
  navidrome: '/data',
  'actual-server': '/data',
};

/** Undefined for an image whose database may be elsewhere. */
export function dataFolderOf(image: string): string | undefined {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/[:@].*/, '');
  return Object.hasOwn(DATA_FOLDERS, name) ? DATA_FOLDERS[name] : undefined;
}

/** Filesystems over a network, on which the locks of SQLite do not hold. */
export const isNetworkShare = (type: string): boolean =>
  /^(?:nfs4?|cifs|smb3?|smbfs|fuse\.(?:sshfs|rclone|s3fs|davfs|glusterfs)|davfs2?|sshfs|glusterfs|afs)$/.test(
    type,
  );
